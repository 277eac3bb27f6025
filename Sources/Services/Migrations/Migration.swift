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

    /// Reads `0001_name.sql`, whose comments before the first statement hold `-- phase: expand` or `contract`.
    package init(file: String, text: String) throws(MigrationError) {
        let parts = file.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 4, parts[0].allSatisfy(\.isASCII), let version = Int(parts[0]),
            version > 0, file.hasSuffix(".sql"), parts[1].count > 4
        else { throw .badFile(file, "must be named like 0001_name.sql") }
        guard let phase = Self.phase(in: text) else {
            throw .badFile(file, "has no line '-- phase: expand' or '-- phase: contract' at its top")
        }
        self.version = version
        self.phase = phase
        name = String(parts[1].dropLast(4))
        checksum = SHA256.hex(text.utf8)
        do {
            statements = try SQLStatement.split(text)
        } catch {
            throw .badFile("\(file):\(error.line)", error.reason)
        }
        guard !statements.isEmpty else { throw .badFile(file, "holds no statement") }
    }

    /// Four digits.
    package var number: String { Self.number(version) }

    package var file: String { "\(number)_\(name).sql" }

    static func number(_ version: Int) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func phase(in text: String) -> Phase? {
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("--") else { return nil }
            let words = line.dropFirst(2).split(whereSeparator: \.isWhitespace)
            if words.first == "phase:", words.count == 2 { return Phase(rawValue: String(words[1])) }
        }
        return nil
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
