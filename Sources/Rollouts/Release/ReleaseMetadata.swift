import OrderedCollections
package import YAML

/// What is known about a release besides its content; two packings of one content may differ in it and are still the
/// same release.
package struct ReleaseMetadata: Hashable, Sendable {
    package var version: String?
    /// Git's name of the commit, with `-changed` when the working tree had changes.
    package var commit: String?
    /// Who packed it, and where: `user@machine`.
    package var builder: String?
    /// When, as `2026-01-18T02:00:00Z`.
    package var packed: String?

    package init(version: String? = nil, commit: String? = nil, builder: String? = nil, packed: String? = nil) {
        self.version = version
        self.commit = commit
        self.builder = builder
        self.packed = packed
    }

    /// One JSON object on a line: the file METADATA.
    package var text: String { Value.map(fields).json() + "\n" }

    /// What is known, by name.
    package var fields: ValueMap {
        var fields: ValueMap = [:]
        for (name, value) in [("version", version), ("commit", commit), ("builder", builder), ("packed", packed)] {
            if let value { fields[.string(name)] = .string(value) }
        }
        return fields
    }

    /// - Throws: `RolloutError`.
    package init(parsing text: String) throws(RolloutError) {
        guard let value = try? Value(json: text), value.map != nil else { throw .badMetadata }
        self.init(
            version: value["version"]?.string, commit: value["commit"]?.string, builder: value["builder"]?.string,
            packed: value["packed"]?.string)
    }
}
