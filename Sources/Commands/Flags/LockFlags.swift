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

    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        guard let match = text.wholeMatch(of: /(\d+(?:\.\d+)?)(ms|s|m|h)?/), let number = Double(match.output.1) else {
            throw ValidationError("'\(text)' is no time: write 30s, 10m or 1h")
        }
        let seconds: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
        duration = .milliseconds(Int(number * (seconds[match.output.2 ?? "s"] ?? 1) * 1000))
    }
}
