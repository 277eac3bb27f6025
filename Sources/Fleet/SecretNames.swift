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
    private static let usual = [
        "password", "passphrase", "passwd", "secret", "token", "pwd", "requirepass", "masterauth", "apikey",
        "accesskey", "secretkey", "privatekey",
    ]
    /// Words that count as the whole name or behind an underscore.
    private static let words = [
        "pass", "secrets", "tokens", "passwords", "private_key", "api_key", "secret_key", "access_key", "credentials",
    ]
    private static let endings = words.map { "_" + $0 }
    /// The shell's own variable for a folder.
    private static let others: Set = ["pwd", "oldpwd"]

    /// True for `ansible_password`, `ansible_become_pass`, `mysql_root_password`, `jwt_secret`, `api_token`,
    /// `MYSQL_PWD`, `X-Api-Key` …
    package func contains(_ name: String) -> Bool {
        if name.utf8.allSatisfy({ !(97...122).contains($0) }), Self.others.contains(name.lowercased()) { return false }
        let name = Self.folded(name)
        return suffixes.contains { name.hasSuffix($0) }
            || Self.words.contains(name) || Self.endings.contains { name.hasSuffix($0) }
    }

    private static func folded(_ name: String) -> String {
        let name = name.lowercased()
        return name.utf8.contains(UInt8(ascii: "-")) ? name.replacing("-", with: "_") : name
    }

    /// Whether what stands under a key is a secret.
    /// - Parameter isInside: the key stands somewhere below a secret's name.
    package func holdsSecret(_ key: String, isInside: Bool = false) -> Bool {
        if isInside, !Self.publicParts.contains(key.lowercased()) { return true }
        return contains(key) && !Self.isVerb(key)
    }

    /// `update_password: always` says what to do with a password, it is none.
    private static func isVerb(_ name: String) -> Bool {
        verbs.contains { name == $0 + "_password" || name.hasSuffix("_\($0)_password") }
    }

    /// What may be told of `credentials` and the like.
    private static let publicParts: Set<String> = [
        "user", "username", "login", "name", "host", "port", "url", "id", "type", "description",
    ]

    private static let verbs = ["update", "change", "reset", "require", "generate", "ask", "no", "expire", "random"]

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
