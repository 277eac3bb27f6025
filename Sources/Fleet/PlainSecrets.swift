/// Secrets that are known by how they look, whatever they are named and whoever made them: private keys in PEM's form
/// and the passwords in addresses.
package enum PlainSecrets {
    /// What stands between the first and the last line of each private key; of one without an end, all the rest.
    package static func privateKeys(in bytes: [UInt8]) -> [Range<Int>] {
        keys(in: bytes).compactMap { key in
            let last = key.end ?? bytes.count
            return key.isKey && last > key.body ? key.body..<last : nil
        }
    }

    /// Where a private key begins that has no end yet in a text that is still growing.
    package static func unendedKey(in bytes: [UInt8]) -> Int? {
        keys(in: bytes).first { key in
            key.end == nil && (key.isKey || bytes[key.body...].allSatisfy { $0 <= 32 })
        }?.start
    }

    private struct Key {
        var start: Int
        var body: Int
        var end: Int?
        var isKey: Bool
    }

    private static func keys(in bytes: [UInt8]) -> [Key] {
        var found: [Key] = []
        var index = 0
        while let start = position(of: begin, in: bytes, from: index) {
            index = start + begin.count
            // A certificate has no such label: the next key's may be far away.
            let stop = min(bytes.count, index + longestLabel + keyEnd.count)
            guard let label = position(of: keyEnd, in: bytes, from: index, to: stop) else { continue }
            let body = label + keyEnd.count
            let end = position(of: end, in: bytes, from: body)
            let isKey = holdsKey(bytes, from: body)
            found.append(Key(start: start, body: body, end: end, isKey: isKey))
            index = isKey ? end ?? bytes.count : body
        }
        return found
    }

    /// The passwords of `scheme://user:password@host`.
    package static func addressPasswords(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while let scheme = position(of: [58, 47, 47], in: bytes, from: index) {
            let start = scheme + 3
            let stop = bytes[start...].firstIndex(where: endsAuthority) ?? bytes.count
            index = start
            guard scheme > 0, isWord(bytes[scheme - 1]), let at = bytes[start..<stop].lastIndex(of: 64),
                let colon = bytes[start..<at].firstIndex(of: 58), colon + 1 < at,
                !bytes[(at + 1)..<stop].starts(with: Array("sha256:".utf8)), !isStandIn(bytes[(colon + 1)..<at])
            else { continue }
            found.append((colon + 1)..<at)
        }
        return found
    }

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let keyEnd = Array("PRIVATE KEY-----".utf8)
    /// `ENCRYPTED `, `OPENSSH ` and the like stand before `PRIVATE KEY`.
    private static let longestLabel = 24

    /// A text about keys (`grep -- '-----BEGIN PRIVATE KEY-----'`) or a template has no key behind the line.
    private static func holdsKey(_ bytes: [UInt8], from start: Int) -> Bool {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 9, 10, 13, 32: index += 1
            // `\n` as JSON writes it.
            case 92 where index + 1 < bytes.count && (bytes[index + 1] == 110 || bytes[index + 1] == 114): index += 2
            case let byte: return index > start && (isWord(byte) || byte == 43 || byte == 47)
            }
        }
        return false
    }

    /// A variable of a shell, a template, or asterisks.
    private static func isStandIn(_ password: ArraySlice<UInt8>) -> Bool {
        password.contains { $0 == 36 || $0 == 123 || $0 == 37 && password.count < 3 }
            || password.allSatisfy { $0 == 42 }
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool { byte <= 32 || "/?#\"'<>`\\".utf8.contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func position(of text: [UInt8], in bytes: [UInt8], from start: Int, to stop: Int? = nil) -> Int? {
        guard let first = text.first else { return nil }
        let stop = stop ?? bytes.count
        var index = start
        while index + text.count <= stop {
            if bytes[index] == first, bytes[index...].starts(with: text) { return index }
            index += 1
        }
        return nil
    }
}
