package import Diagnostics
import OrderedCollections
package import YAML

/// A secret that is written out: the name it stands under, its text, and where.
package struct ClearTextSecret: Hashable, Sendable {
    package let name: String
    package let text: String
    package let place: Place

    package init(name: String, text: String, place: Place) {
        self.name = name
        self.text = text
        self.place = place
    }
}

extension SecretNames {
    /// The secrets that are written out under a name, however deep.
    ///
    /// What only looks like one is left out: templates, empty and boolean values, password hashes, locked passwords,
    /// asterisks, and paths and addresses of where a key or a token is.
    package func clearText(in node: Node, named name: String) -> [ClearTextSecret] {
        clearText(in: node, named: name, isSecret: holdsSecret(name))
    }

    /// - Parameter isSecret: whether the value is a secret whatever its name is.
    package func clearText(in node: Node, named name: String, isSecret: Bool) -> [ClearTextSecret] {
        switch node.content {
        case .scalar(let scalar):
            return scalar.secrets(under: name, isSecret: isSecret).map {
                ClearTextSecret(name: name, text: $0, place: node.place)
            }
        case .sequence(let nodes): return nodes.flatMap { clearText(in: $0, named: name, isSecret: isSecret) }
        case .mapping(let entries):
            return entries.flatMap { entry -> [ClearTextSecret] in
                let key = entry.key.scalar?.text ?? name
                return clearText(in: entry.value, named: key, isSecret: holdsSecret(key, isInside: isSecret))
            }
        }
    }
}

extension Node.Scalar {
    fileprivate func secrets(under name: String, isSecret: Bool) -> [String] {
        if isKey || isSecret && isWrittenOut(under: name) { return [text] }
        if isTemplate { return addressPasswords }
        return SecretNames.authorization(text, under: name).map { [$0] } ?? addressPasswords
    }

    private var isTemplate: Bool { !isUnsafe && (text.contains("{{") || text.contains("{%")) }

    private var addressPasswords: [String] {
        let bytes = Array(text.utf8)
        return PlainSecrets.addressPasswords(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// A private key in PEM's form, under whatever name.
    private var isKey: Bool {
        text.contains("PRIVATE KEY-----") && !PlainSecrets.privateKeys(in: Array(text.utf8)).isEmpty
    }

    private func isWrittenOut(under name: String) -> Bool {
        switch value {
        case .null, .bool, .list, .map: return false
        case .int, .float: return true
        case .string(let text):
            return !isTemplate && !text.allSatisfy { "*!xX. ".contains($0) } && !Self.isHash(text)
                && !Self.isAddress(text, under: name)
        }
    }

    /// `$6$…`, as crypt(3) makes them, perhaps locked by `!`; `*` and forty digits, as MySQL does.
    private static func isHash(_ text: String) -> Bool {
        let hash = text.drop { $0 == "!" }
        if hash.hasPrefix("$") { return hash.split(separator: "$").count >= 3 }
        return hash.hasPrefix("*") && hash.count == 41 && hash.dropFirst().allSatisfy(\.isHexDigit)
    }

    /// A path or an address tells where a key or a token is; a password may look like one.
    private static func isAddress(_ text: String, under name: String) -> Bool {
        guard !name.lowercased().contains("pass") else { return false }
        return text.hasPrefix("/") || text.hasPrefix("~/") || text.hasPrefix("https://") || text.hasPrefix("http://")
    }
}
