/// Who holds a site's lock, as the lock's file on a host says it: the token on the first line, then `name value` lines.
package struct LockRecord: Hashable, Sendable {
    /// What every change of the holder's run shows; no secret, since only who may write the file can use it.
    package var token: String
    /// The person: an account's name.
    package var holder: String
    package var machine: String
    package var pid: Int
    /// The run's id, as `intchainctl history` lists it.
    package var run: String
    /// What is being done: `deploy dist/intchain`.
    package var command: String
    /// When it was taken, by the holder's clock: `2026-01-18 02:00:00Z`.
    package var since: String
    /// Why a person took it by hand; nil for a run's own. A lock with a message has no heartbeat and never goes stale.
    package var message: String?

    package init(
        token: String, holder: String, machine: String, pid: Int, run: String, command: String, since: String,
        message: String? = nil
    ) {
        self.token = token
        self.holder = holder
        self.machine = machine
        self.pid = pid
        self.run = run
        self.command = command
        self.since = since
        self.message = message
    }
}

extension LockRecord {
    /// Lines, each ended; what was typed can't start a line of its own.
    package var text: String {
        let fields = [
            ("holder", holder), ("machine", machine), ("pid", "\(pid)"), ("run", run), ("command", command),
            ("since", since), ("message", message ?? ""),
        ]
        let lines = fields.filter { !$0.1.isEmpty }.map { name, value in
            "\(name) " + value.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return ([token] + lines).joined(separator: "\n") + "\n"
    }

    /// - Returns: nil for text without a token.
    package init?(parsing text: String) {
        let lines = text.split(separator: "\n")
        guard let token = lines.first, !token.contains(" ") else { return nil }
        let pairs = lines.dropFirst().map { line in
            (String(line.prefix { $0 != " " }), String(line.drop { $0 != " " }.dropFirst()))
        }
        let fields = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        self.init(
            token: String(token), holder: fields["holder"] ?? "somebody", machine: fields["machine"] ?? "some machine",
            pid: fields["pid"].flatMap { Int($0) } ?? 0, run: fields["run"] ?? "", command: fields["command"] ?? "",
            since: fields["since"] ?? "", message: fields["message"])
    }

    /// `anna on build1 (process 4711, since 2026-01-18 02:00:00Z): deploy dist/intchain`.
    package var sentence: String {
        let process = message == nil ? "process \(pid), " : ""
        return "\(holder) on \(machine) (\(process)since \(since)): \(message ?? command)"
    }
}
