import Digests

/// What a release consists of: every folder, file and link with its mode, size and digest, ordered by path.
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

    package let entries: [Entry]

    package init(_ entries: some Sequence<Entry>) {
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Files that the host makes itself in each release.
    static let reservedNames: Set<String> = ["MANIFEST", "RELEASE"]

    /// One line an entry: kind, octal mode, size, digest or target, path, separated by tabs.
    package var text: String { entries.map { $0.line + "\n" }.joined() }

    package var digest: String { SHA256.hex(text.utf8) }

    /// Bytes of all files.
    package var size: Int { entries.reduce(0) { $0 + $1.size } }

    /// - Returns: nil for a version that makes no file name.
    package func id(version: String?) -> ReleaseID? {
        ReleaseID((version.map { "\($0)-" } ?? "") + digest.prefix(12))
    }
}

extension ReleaseManifest.Entry {
    var size: Int { if case .file(let size, _) = kind { size } else { 0 } }
    var isFile: Bool { if case .file = kind { true } else { false } }

    var line: String {
        let octal = String(mode, radix: 8)
        switch kind {
        case .folder: return "d\t\(octal)\t0\t-\t\(path)"
        case .file(let size, let digest): return "f\t\(octal)\t\(size)\t\(digest)\t\(path)"
        case .link(let target): return "l\t\(octal)\t0\t\(target)\t\(path)"
        }
    }
}
