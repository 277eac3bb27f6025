import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `authorized_key`: keys that may log in as a user.
package struct AuthorizedKeyModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.posix.authorized_key", summary: "Lets SSH keys log in as a user, or no longer.",
        arguments: [
            ArgumentSpec("user", required: true),
            ArgumentSpec("key", required: true),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("exclusive", .bool),
            ArgumentSpec("key_options"),
            ArgumentSpec("comment"),
        ])

    private let user: String
    private let keys: [AuthorizedKey]
    private let isWanted: Bool
    private let exclusive: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        user = try arguments.requiredString("user")
        isWanted = try arguments.string("state") != "absent"
        exclusive = try arguments.bool("exclusive") ?? false
        let options = try arguments.string("key_options")
        let comment = try arguments.string("comment")
        let lines = try arguments.requiredString("key").split(whereSeparator: \.isNewline).map(String.init)
        keys = try lines.filter { !$0.hasPrefix("#") }.map { line in
            guard var key = AuthorizedKey(line) else {
                throw arguments.problem(
                    "key", "'\(line.prefix(20))…' is no public key", hint: "write: ssh-ed25519 AAAA… comment")
            }
            key.options = options ?? key.options
            key.comment = comment ?? key.comment
            return key
        }
        guard !keys.isEmpty else { throw arguments.problem("key", "holds no key") }
    }

    package var probes: [any Probe] { [AuthorizedKeysProbe(user)] }

    package func converge(_ findings: Findings) throws -> Convergence {
        guard let present = try findings(AuthorizedKeysProbe(user)) else {
            throw ModuleFailure("user \(user) does not exist")
        }
        let after = edited(present.text)
        guard after != present.text else { return Convergence() }
        let file = "\(present.home)/.ssh/authorized_keys"
        let change = Change(
            "\(isWanted ? "keys" : "fewer keys") of \(user)",
            diff: TextDiff(name: file, before: present.text.isEmpty ? nil : present.text, after: after),
            by: .changes(write(to: present.home), inputs: [Array(after.utf8)]))
        return Convergence([change], result: ["keyfile": .string(file)])
    }

    private func edited(_ text: String) -> String {
        var document = TextLines(text)
        document.endLastLine()
        var missing = keys
        document.lines = document.lines.compactMap { line in
            guard let present = AuthorizedKey(line.withoutNewline) else { return line }
            guard let wanted = keys.first(where: { $0.body == present.body }) else {
                return exclusive && isWanted ? nil : line
            }
            guard isWanted else { return nil }
            missing.removeAll { $0.body == present.body }
            return wanted.isSame(as: present) ? line : wanted.text + "\n"
        }
        if isWanted { document.lines += missing.map { $0.text + "\n" } }
        return document.text
    }

    private func write(to home: String) -> Shell {
        """
        set -e
        umask 077
        mkdir -p -- \(home + "/.ssh")
        new=$(mktemp -- \(home + "/.ssh/.intchain.XXXXXXXXXX"))
        trap 'rm -f -- "$new"' EXIT
        cat -- "$in1" > "$new"
        chown \(user + ":") -- \(home + "/.ssh") "$new"
        mv -fT -- "$new" \(home + "/.ssh/authorized_keys")
        if command -v restorecon >/dev/null 2>&1; then restorecon -R -- \(home + "/.ssh") || :; fi
        """
    }
}

/// A line of authorized_keys.
struct AuthorizedKey: Hashable, Sendable {
    var options: String?
    var type: String
    var body: String
    var comment: String

    /// nil for a comment and for what is no key.
    init?(_ line: String) {
        let types = /(^|\s)((?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+\/=]{16,})(?:\s+(.*))?$/
        guard !line.hasPrefix("#"), let match = line.firstMatch(of: types) else { return nil }
        let before = line[..<match.range.lowerBound].drop { $0 == " " }
        options = before.isEmpty ? nil : String(before)
        type = String(match.output.2)
        body = String(match.output.3)
        comment = match.output.4.map(String.init) ?? ""
    }

    var text: String {
        [options, type, body, comment.isEmpty ? nil : comment].compactMap(\.self).joined(separator: " ")
    }

    func isSame(as other: AuthorizedKey) -> Bool {
        type == other.type && options == other.options && (comment.isEmpty || comment == other.comment)
    }
}
