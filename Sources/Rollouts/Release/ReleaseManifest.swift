import Digests

/// What a release consists of: every folder, file and link with its mode, size and digest, ordered by path, and the
/// schema of the database that it goes with.
package struct ReleaseManifest: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case folder
        /// SHA-256 in hexadecimal.
        case file(size: Int, digest: String)
        case link(target: String)
    }

    package struct Entry: Hashable, Sendable {
        /// Relative to the release's folder.
        package var path: String
        package var mode: Int
        package var kind: Kind

        package init(path: String, mode: Int, kind: Kind) {
            self.path = path
            self.mode = mode
            self.kind = kind
        }
    }

    /// Numbers of migrations: the lowest schema that the release can serve with, and the one its own migrations lead to.
    package struct SchemaLevels: Hashable, Sendable {
        package var needs: Int
        package var brings: Int

        package init(needs: Int, brings: Int) {
            self.needs = needs
            self.brings = brings
        }
    }

    package let entries: [Entry]
    /// Nil when nothing was said about it: `migrations` then tells.
    package let schema: SchemaLevels?

    package init(_ entries: some Sequence<Entry>, schema: SchemaLevels? = nil) {
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.schema = schema
    }

    /// Files that the host makes itself in each release.
    static let reservedNames: Set<String> = ["MANIFEST", "RELEASE", "METADATA", "SIGNATURE"]

    package var digest: String { SHA256.hex(text.utf8) }

    /// Bytes of all files.
    package var size: Int { entries.reduce(0) { $0 + $1.size } }

    /// - Returns: nil for a version that makes no file name.
    package func id(version: String?) -> ReleaseID? {
        ReleaseID((version.map { "\($0)-" } ?? "") + digest.prefix(12))
    }
}

extension ReleaseManifest.Entry {
    package var size: Int { if case .file(let size, _) = kind { size } else { 0 } }
    /// Only its owner and group may read it.
    var isClosed: Bool { mode & 0o004 == 0 }
    package var isFile: Bool { if case .file = kind { true } else { false } }
    /// Of a file.
    package var digest: String? { if case .file(_, let digest) = kind { digest } else { nil } }
}
