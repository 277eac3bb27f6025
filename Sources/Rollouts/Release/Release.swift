package import SystemPackage

/// A release on the operator's machine, in a folder or packed in a file: what it consists of, and where its bytes are.
package struct Release: Sendable {
    /// The folder or the file.
    package let path: FilePath
    package internal(set) var manifest: ReleaseManifest
    package var metadata: ReleaseMetadata
    /// An OpenSSH signature of `signedText`, as `ssh-keygen -Y sign` writes it.
    package var signature: String?
    /// By path in the release.
    private let slices: [String: FileSlice]

    init(
        path: FilePath, manifest: ReleaseManifest, metadata: ReleaseMetadata, signature: String? = nil,
        slices: [String: FileSlice]
    ) {
        self.path = path
        self.manifest = manifest
        self.metadata = metadata
        self.signature = signature
        self.slices = slices
    }

    /// Reads a folder to know the digests, or the records of a packed file.
    /// - Parameter caches: where the user's caches are, to read only what was written to since the last time; nil reads
    ///   every byte.
    /// - Throws: `RolloutError`.
    package static func read(_ path: String, caches: FilePath? = nil) async throws -> Release {
        let path = FilePath(path)
        switch FileKind(path, followsLinks: true) {
        case .folder:
            // As a build leaves it that links its newest: `latest -> build-42`.
            let path = FileKind(path) == .link ? FileKind.resolved(path) ?? path : path
            return try await FolderScan(path, cache: caches.map { DigestCache(of: path, below: $0) }).release()
        case .file: return try PackedRelease(path).release()
        default: throw RolloutError.noFolder(path.string)
        }
    }

    /// Where a file's bytes are.
    package func slice(of entry: ReleaseManifest.Entry) -> FileSlice {
        slices[entry.path] ?? FileSlice(path.appending(entry.path), count: entry.size)
    }

    /// What a signer vouches for: the manifest, which has every file's digest, and the metadata.
    package var signedText: String { manifest.text + metadata.text }
}

extension Release {
    /// Paths of the files whose bytes are not those of the manifest.
    /// - Throws: `RolloutError` when one can't be read.
    package func damaged() throws -> [String] {
        try manifest.entries.filter { entry in
            guard let digest = entry.digest else { return false }
            return try slice(of: entry).digest() != digest
        }.map(\.path)
    }
}
