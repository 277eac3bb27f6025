import Digests

/// Two digests of a database's definitions: of those that a statement may change, and of all others. While the
/// migrations' lock is held nobody else is expected to change any, but nothing keeps them from it between two runs.
struct SchemaFingerprint: Hashable, Sendable {
    let named: String
    let others: String

    init(_ schema: Schema, of effect: DefinitionEffect) {
        named = Self.digest(schema.parts.filter { !$0.owners.isDisjoint(with: effect.names) })
        others = Self.digest(schema.parts.filter { $0.owners.isDisjoint(with: effect.names) })
    }

    /// nil for what older programs noted, which was one digest of everything.
    init?(noted text: String) {
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 2 else { return nil }
        (named, others) = (parts[0], parts[1])
    }

    /// At most 64 characters, as the column for it takes.
    var text: String { "\(named).\(others)" }

    private static func digest(_ parts: [Schema.Part]) -> String {
        String(SHA256.hex(parts.map(\.definition).joined(separator: "\u{1e}").utf8).prefix(31))
    }
}
