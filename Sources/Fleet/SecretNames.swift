package import OrderedCollections
package import YAML

/// Decides by its name whether a variable holds a secret.
package struct SecretNames: Sendable {
    private let suffixes: [String]

    /// - Parameter additional: endings besides the usual ones, in lower case.
    package init(additional: [String] = []) {
        suffixes = Self.usual + additional
    }

    /// Endings that are enough by themselves, so that `redisPassword` counts too.
    private static let usual = ["password", "passphrase", "passwd", "secret", "token"]
    /// Words that count as the whole name or behind an underscore.
    private static let words = [
        "pass", "secrets", "tokens", "passwords", "private_key", "api_key", "secret_key", "credentials",
    ]

    /// True for `ansible_password`, `ansible_become_pass`, `mysql_root_password`, `jwt_secret`, `api_token` …
    package func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        return suffixes.contains { name.hasSuffix($0) }
            || Self.words.contains { name == $0 || name.hasSuffix("_" + $0) }
    }

    /// The texts of all secrets among variables, also of those deep inside mappings: for a `Redactor`.
    ///
    /// Templates are left out: what they render to has to be added by those who render them.
    package func texts(in variables: OrderedDictionary<String, Node>) -> [String] {
        variables.flatMap { texts(in: $0.value, isSecret: contains($0.key)) }
    }

    private func texts(in node: Node, isSecret: Bool) -> [String] {
        switch node.content {
        case .scalar(let scalar):
            guard isSecret, !scalar.isTemplate else { return [] }
            switch scalar.value {
            case .string, .int: return [scalar.text]
            case .null, .bool, .float, .list, .map: return []
            }
        case .sequence(let nodes): return nodes.flatMap { texts(in: $0, isSecret: isSecret) }
        case .mapping(let entries):
            return entries.flatMap { texts(in: $0.value, isSecret: isSecret || contains($0.key.scalar?.text ?? "")) }
        }
    }

    /// The value with every scalar under a secret name replaced by asterisks; templates stay readable.
    package func masked(_ value: Value, named name: String) -> Value {
        switch value {
        case .list(let items): .list(items.map { masked($0, named: name) })
        case .map(let entries): .map(masked(entries, isSecret: contains(name)))
        case .string(let text) where contains(name) && !text.contains("{{"): .string(Redactor.mask)
        case .int where contains(name), .float where contains(name): .string(Redactor.mask)
        case .string, .int, .float, .bool, .null: value
        }
    }

    private func masked(_ entries: ValueMap, isSecret: Bool) -> ValueMap {
        var masked = entries
        for (key, value) in entries {
            // Everything below a secret name is secret, whatever its own name is.
            let name = key.string ?? ""
            masked[key] = self.masked(value, named: isSecret && !contains(name) ? "secret" : name)
        }
        return masked
    }
}

extension Node.Scalar {
    fileprivate var isTemplate: Bool { !isUnsafe && (text.contains("{{") || text.contains("{%")) }
}
