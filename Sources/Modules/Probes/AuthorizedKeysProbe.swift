import Foundation
package import Remote

/// A user's home directory and the text of the authorized_keys there; nil when there is no such user.
package struct AuthorizedKeysProbe: Probe {
    package var user: String

    package init(_ user: String) {
        self.user = user
    }

    package static func shell(for probes: [AuthorizedKeysProbe]) -> Shell {
        .lines(
            [
                """
                keys() {
                home=$(getent passwd -- "$1" | cut -d: -f6)
                printf '%s\\0' "$home"
                if [ -n "$home" ] && [ -r "$home/.ssh/authorized_keys" ]; then base64 -w 0 -- "$home/.ssh/authorized_keys"; fi
                printf '\\0'
                }
                """
            ] + probes.map { "keys \($0.user)" })
    }

    package static func parse(_ reply: Reply, for probes: [AuthorizedKeysProbe]) throws -> [AuthorizedKeysFinding?] {
        var fields = NULFields(reply.stdout)
        let found: [AuthorizedKeysFinding] = probes.compactMap { _ in
            guard let home = fields.text(), let data = fields.text().flatMap({ Data(base64Encoded: $0) }) else {
                return nil
            }
            return AuthorizedKeysFinding(home: home, text: String(decoding: data, as: UTF8.self))
        }
        guard reply.succeeded, found.count == probes.count, fields.isAtEnd else {
            throw ModuleFailure("looking at SSH keys failed", reply)
        }
        return found.map { $0.home.isEmpty ? nil : $0 }
    }
}

package struct AuthorizedKeysFinding: Sendable, Hashable {
    package var home: String
    package var text: String

    package init(home: String, text: String) {
        self.home = home
        self.text = text
    }
}
