import Foundation
package import Remote

/// A user's crontab; nil when there is none. An empty user is the one who asks.
package struct CrontabProbe: Probe {
    package var user: String

    package init(_ user: String) {
        self.user = user
    }

    package static func shell(for probes: [CrontabProbe]) -> Shell {
        let lists = probes.map { probe -> Shell in
            "\(["crontab"] + (probe.user.isEmpty ? [] : ["-u", probe.user])) -l 2>/dev/null"
        }
        return .lines(
            [
                """
                export LC_ALL=C
                command -v crontab >/dev/null || { echo 'crontab is missing: install cron first' >&2; exit 127; }
                """
            ]
                // Of several, each is encoded, so that nothing in a user's file can end it early.
                + (lists.count == 1
                    ? lists.map { "\($0) || :" } : lists.map { "\($0) | base64 -w 0; printf '\\0'" }))
    }

    package static func parse(_ reply: Reply, for probes: [CrontabProbe]) throws -> [String?] {
        var fields = NULFields(reply.stdout)
        let tables =
            probes.count == 1
            ? [Data(reply.stdout)] : probes.compactMap { _ in fields.text().flatMap { Data(base64Encoded: $0) } }
        guard reply.succeeded, tables.count == probes.count, probes.count == 1 || fields.isAtEnd else {
            throw ModuleFailure("reading crontabs failed", reply)
        }
        return tables.map { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
    }
}
