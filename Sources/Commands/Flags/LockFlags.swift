import ArgumentParser
import Playbooks

/// What a command takes that changes the site as a whole: one such run at a time.
struct LockFlags: ParsableArguments {
    @Option(
        name: .customLong("lock-wait"),
        help: ArgumentHelp(
            "How long to wait when another run holds the site's lock: 30s, 10m, 1h.", valueName: "duration"),
        transform: { try TimeSpan($0).duration })
    var lockWait: Duration?

    @Flag(
        name: .customLong("take-over"),
        help: "Take the site's lock from a run whose heartbeat has stopped.")
    var takeOver = false

    var terms: SiteLock.Terms {
        var terms = SiteLock.Terms()
        terms.wait = lockWait ?? .zero
        terms.takesOver = takeOver
        return terms
    }
}

/// A time as people write it: a number and `ms`, `s`, `m` or `h`; a number alone is seconds.
struct TimeSpan: Hashable {
    let duration: Duration

    /// A longer one is a mistake, and clocks that add it up would overflow at some length.
    private static let longest: Duration = .seconds(365 * 24 * 3600)

    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)(ms|s|m|h)?/), let number = Double(match.output.1) else {
            throw ValidationError("'\(text)' is no time: write 30s, 10m or 1h")
        }
        let seconds: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
        let milliseconds = number * (seconds[match.output.2 ?? "s"] ?? 1) * 1000
        guard milliseconds <= Self.longest / .milliseconds(1) else { throw Self.tooLong(text) }
        duration = .milliseconds(Int(milliseconds))
    }

    /// - Throws: `ValidationError` with the option's name.
    init(seconds: Int, of option: String) throws {
        guard seconds <= Int(Self.longest.components.seconds) else { throw Self.tooLong("\(seconds)", of: option) }
        duration = .seconds(seconds)
    }

    private static func tooLong(_ text: String, of option: String? = nil) -> ValidationError {
        ValidationError("\(option.map { "\($0): " } ?? "")'\(text)' is too long: a year (8760h) is the most")
    }
}
