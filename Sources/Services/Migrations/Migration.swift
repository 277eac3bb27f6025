import Digests

/// One numbered SQL file.
package struct Migration: Hashable, Sendable {
    /// Whether releases before it still work on what it leaves: `expand` adds, `contract` takes away.
    package enum Phase: String, Sendable {
        case expand
        case contract
    }

    package let version: Int
    package let name: String
    package let phase: Phase
    package let statements: [SQLStatement]
    /// SHA-256 of the file's bytes, hexadecimal.
    package let checksum: String

    /// How long one of its statements may wait for a lock that others hold; nil: as long as the run says.
    package let lockWait: Duration?

    /// What one of its statements may not do; of no matter where the file was applied before that was a rule.
    package struct Refusal: Hashable, Sendable {
        package let line: Int
        package let reason: String
    }

    package let refusal: Refusal?

    /// Reads `0001_name.sql`, whose comments before the first statement hold `-- phase: expand` or `contract`, and may
    /// hold `-- offline: why`, `-- widens: why` and `-- lock-wait: 20s`.
    package init(file: String, text: String) throws(MigrationError) {
        let parts = file.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 4, parts[0].allSatisfy(\.isASCII), let version = Int(parts[0]),
            version > 0, file.hasSuffix(".sql"), parts[1].count > 4
        else { throw .badFile(file, "must be named like 0001_name.sql") }
        checksum = SHA256.hex(text.utf8)
        // The mark that some editors put before a text.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let header = MigrationHeader(text)
        guard let phase = header["phase"].flatMap(Phase.init) else {
            throw .badFile(file, "has no line '-- phase: expand' or '-- phase: contract' at its top")
        }
        for name in ["offline", "widens"] where header[name] == "" {
            throw .badFile(file, "says '-- \(name):' but not why")
        }
        lockWait = try Self.lockWait(header["lock-wait"], file)
        self.version = version
        self.phase = phase
        name = String(parts[1].dropLast(4))
        do {
            statements = try SQLStatement.split(text)
        } catch {
            throw .badFile("\(file):\(error.line)", error.reason)
        }
        guard !statements.isEmpty else { throw .badFile(file, "holds no statement") }
        refusal =
            StatementRules(
                phase: phase, isOffline: header["offline"] != nil, isWidening: header["widens"] != nil,
                statements: statements
            ).refusal
    }

    /// Four digits.
    package var number: String { Self.number(version) }

    package var file: String { "\(number)_\(name).sql" }

    static func number(_ version: Int) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func lockWait(_ text: String?, _ file: String) throws(MigrationError) -> Duration? {
        guard let text else { return nil }
        let digits = text.hasSuffix("s") ? text.dropLast() : text[...]
        guard let seconds = Int(digits), (1...3600).contains(seconds) else {
            throw .badFile(file, "'-- lock-wait: \(text)' is no time like 20s")
        }
        return .seconds(seconds)
    }
}

/// The lines `-- name: value` before the first statement.
private struct MigrationHeader {
    private var values: [String: String] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("--") else { break }
            let parts = line.dropFirst(2).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            values[Self.trimmed(parts[0])] = Self.trimmed(parts[1])
        }
    }

    subscript(name: String) -> String? { values[name] }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension [Migration] {
    /// The files in the order of their numbers, which must be 1, 2, 3 … without a gap.
    package init(files: [String: String]) throws(MigrationError) {
        var migrations: [Migration] = []
        for (file, text) in files.sorted(by: { $0.key < $1.key }) {
            migrations.append(try Migration(file: file, text: text))
        }
        for (expected, migration) in zip(1..., migrations) where migration.version != expected {
            throw migration.version < expected
                ? .badFile(migration.file, "has the same number as another file")
                : .badFile(migration.file, "comes after a gap: there is no \(Migration.number(expected))")
        }
        self = migrations
    }
}
