import Playbooks
import Remote

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// Who runs what, where and since when: what the site's lock and the journal say of a run.
struct RunIdentity: Hashable, Sendable {
    /// Sorts by time: `20260118T020000-3f9a1c`.
    let id: String
    let holder: String
    let machine: String
    let pid: Int
    /// The command and what it is about; never its options, which may hold secrets.
    let command: String
    let start: Date

    init(_ command: String, environment: [String: String], start: Date = .now) {
        self.command = command
        self.start = start
        holder = Self.holder(environment)
        machine = ProcessInfo.processInfo.hostName
        pid = Int(getpid())
        let digits = String(UInt32.random(in: 0...0xff_ffff) | 0x100_0000, radix: 16).dropFirst()
        id =
            "\(start.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)).dropLast())-\(digits)"
    }

    /// The person behind sudo, where there is one.
    private static func holder(_ environment: [String: String]) -> String {
        if let name = environment["SUDO_USER"], !name.isEmpty { return name }
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return environment["USER"] ?? "user \(getuid())"
    }

    /// Milliseconds since 1970, by this machine's clock.
    static var now: Int { Int(Date.now.timeIntervalSince1970 * 1000) }

    /// - Parameter message: for a lock that a person takes by hand.
    func lockRecord(message: String? = nil) -> LockRecord {
        LockRecord(
            token: id, holder: holder, machine: machine, pid: pid, run: id, command: command,
            since: start.formatted(.iso8601.dateTimeSeparator(.space)), message: message)
    }
}
