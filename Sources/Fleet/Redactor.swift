import OrderedCollections
package import YAML

/// Puts asterisks in the place of secrets, in whatever text they turn up.
package struct Redactor: Sendable {
    package static let mask = "********"

    /// Shorter texts are left alone: hiding `no` would make every output unreadable.
    package static let shortest = 4
    /// Lines of a secret that has several, a private key's say, are secrets themselves from this length on.
    private static let shortestLine = 16

    /// What to look for, by first byte.
    private var needles: [UInt8: Set<[UInt8]>] = [:]

    package init(_ secrets: some Sequence<String> = []) {
        for secret in secrets { insert(secret) }
    }

    /// Also looks for the text as a shell word and as a JSON string hold it.
    package mutating func insert(_ secret: String) {
        guard secret.unicodeScalars.count >= Self.shortest else { return }
        add(secret)
        add(String(secret.unicodeScalars.replacing("'".unicodeScalars, with: "'\\''".unicodeScalars)))
        add(Self.escaped(secret))
        let lines = secret.split(whereSeparator: \.isNewline)
        guard lines.count > 1 else { return }
        for line in lines where line.unicodeScalars.count >= Self.shortestLine { add(String(line)) }
    }

    /// The text with asterisks for every secret in it; secrets that overlap give one mask.
    ///
    /// Private keys and the passwords of addresses are hidden too, known or not.
    package func redact(_ text: String) -> String {
        let bytes = withoutPlainSecrets(needles.isEmpty ? Array(text.utf8) : withoutNeedles(Array(text.utf8)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func withoutPlainSecrets(_ bytes: [UInt8]) -> [UInt8] {
        let keys = PlainSecrets.privateKeys(in: bytes)
        let passwords = PlainSecrets.addressPasswords(in: bytes).filter { password in
            !keys.contains { $0.overlaps(password) }
        }
        let ranges = (keys + passwords).sorted { $0.lowerBound < $1.lowerBound }
        var redacted = bytes
        for range in ranges.reversed() {
            // The lines around a key stay lines.
            let isLines = bytes[range].first == UInt8(ascii: "\n")
            let isEnded = isLines && bytes[range].last == UInt8(ascii: "\n")
            redacted.replaceSubrange(
                range, with: Array("\(isLines ? "\n" : "")\(Self.mask)\(isEnded ? "\n" : "")".utf8))
        }
        return redacted
    }

    private func withoutNeedles(_ bytes: [UInt8]) -> [UInt8] {
        var redacted: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard let end = maskEnd(bytes, from: index) else {
                redacted.append(bytes[index])
                index += 1
                continue
            }
            redacted += Self.mask.utf8
            index = end
        }
        return redacted
    }

    /// How much of a text that is still growing can be shown as whole lines, so that no secret is cut: neither one that
    /// is there, nor one of which the text so far ends in a part. A line without an end is cut at 64 KiB.
    package func safeLineEnd(_ bytes: [UInt8]) -> Int {
        let isLineEnd = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
        var end = (bytes.lastIndex(where: isLineEnd) ?? -1) + 1
        if end == 0, bytes.count > 1 << 16 { end = bytes.count }
        // A key that has begun is held back until it has ended.
        if let key = PlainSecrets.unendedKey(in: Array(bytes[..<end])) {
            end = (bytes[..<key].lastIndex(where: isLineEnd) ?? -1) + 1
        }
        // The first secret that reaches past the end takes it back to before the line where it begins.
        var index = 0
        while index < end {
            guard reach(bytes, from: index).map({ $0 > end }) == true else {
                index += 1
                continue
            }
            end = (bytes[..<index].lastIndex(where: isLineEnd) ?? -1) + 1
            index = 0
        }
        return end
    }

    /// Where a secret ends that begins here, all of it or as much as there is; the text's end and one for the latter.
    private func reach(_ bytes: [UInt8], from start: Int) -> Int? {
        guard let candidates = needles[bytes[start]] else { return nil }
        let rest = bytes[start...]
        if candidates.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) { return bytes.count + 1 }
        return maskEnd(bytes, from: start)
    }

    /// The value with every text in it redacted; the keys of mappings are left as they are.
    package func redact(_ value: Value) -> Value {
        switch value {
        case .string(let text): .string(redact(text))
        case .list(let items): .list(items.map(redact))
        case .map(let entries): .map(entries.mapValues(redact))
        case .null, .bool, .int, .float: value
        }
    }

    /// Where the secrets that begin here, and those that begin inside them, end; nil when none begins here.
    private func maskEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        guard var end = longest(bytes, at: start) else { return nil }
        var index = start + 1
        while index < end {
            if let other = longest(bytes, at: index) { end = max(end, other) }
            index += 1
        }
        return end
    }

    private func longest(_ bytes: [UInt8], at start: Int) -> Int? {
        guard let candidates = needles[bytes[start]] else { return nil }
        let rest = bytes[start...]
        let found = candidates.filter { rest.starts(with: $0) }.map(\.count).max()
        return found.map { start + $0 }
    }

    private mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        if let first = bytes.first { needles[first, default: []].insert(bytes) }
    }

    private static func escaped(_ secret: String) -> String {
        String(Value.string(secret).json().dropFirst().dropLast())
    }
}
