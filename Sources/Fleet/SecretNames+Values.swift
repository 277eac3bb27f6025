import OrderedCollections
package import YAML

extension SecretNames {
    /// The values of all secrets in one that stands under a name, by the rule that finds secrets in clear text: every
    /// scalar under a key that names a secret, however deep, and empty lists and mappings in such a place.
    package func secrets(in value: Value, named name: String) -> [Value] {
        var found: [Value] = []
        collect(value, isSecret: holdsSecret(name), into: &found)
        return found
    }

    /// The same for a value whose own name says nothing, or that is secret whatever its name is.
    package func secrets(in value: Value, isSecret: Bool = false) -> [Value] {
        var found: [Value] = []
        collect(value, isSecret: isSecret, into: &found)
        return found
    }

    private func collect(_ value: Value, isSecret: Bool, into found: inout [Value]) {
        switch value {
        case .list(let items) where !items.isEmpty:
            for item in items { collect(item, isSecret: isSecret, into: &found) }
        case .map(let entries) where !entries.isEmpty:
            let isResult = isSecret && entries["changed"] != nil
            for (key, value) in entries {
                let key = key.string ?? ""
                if isResult, !Self.outputs.contains(key) { continue }
                if case .string(let text) = value, let secret = Self.authorization(text, under: key) {
                    found.append(.string(secret))
                    continue
                }
                collect(value, isSecret: holdsSecret(key, isInside: isSecret), into: &found)
            }
        default: if isSecret { found.append(value) }
        }
    }

    /// What a task's result, registered under a secret's name, holds of the secret: not the command that made it.
    private static let outputs: Set = ["stdout", "stdout_lines", "content", "json", "results", "value"]

    /// What follows the scheme in an `Authorization` header's value.
    package static func authorization(_ text: String, under name: String) -> String? {
        guard isAuthorization(name) else { return nil }
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard words.count == 2, schemes.contains(words[0].lowercased()) else { return nil }
        return String(words[1])
    }

    package static func isAuthorization(_ name: String) -> Bool {
        ["authorization", "proxy-authorization", "proxy_authorization"].contains(name.lowercased())
    }

    private static let schemes: Set = ["basic", "bearer", "digest", "token", "apikey", "negotiate", "key"]
}
