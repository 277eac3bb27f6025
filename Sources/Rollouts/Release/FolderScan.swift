import Digests
import FoundationEssentials
import SystemPackage

/// Reads a folder to know what release it is.
struct FolderScan {
    let folder: FilePath
    var schema: ReleaseManifest.SchemaLevels?

    init(_ folder: FilePath) {
        self.folder = folder
    }

    /// Files are hashed on all cores.
    /// - Throws: `RolloutError`.
    func release() async throws -> Release {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.string)
        let parts = try await withThrowingTaskGroup(of: [ReleaseManifest.Entry].self) { group in
            for names in Self.shares(of: names) { group.addTask { try names.map { try entry($0) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let manifest = ReleaseManifest(parts, schema: schema)
        guard manifest.entries.contains(where: \.isFile) else { throw RolloutError.emptyFolder(folder.string) }
        return Release(path: folder, manifest: manifest, metadata: ReleaseMetadata(version: version), slices: [:])
    }

    /// The names dealt out, so that neighbours, which are often alike in size, are not in one share.
    private static func shares(of names: [String]) -> [[String]] {
        let count = max(1, min(names.count, 2 * ProcessInfo.processInfo.activeProcessorCount))
        var shares = [[String]](repeating: [], count: count)
        for (index, name) in names.enumerated() { shares[index % count].append(name) }
        return shares
    }

    /// The first line of a file VERSION.
    private var version: String? {
        guard case .file(let size, _) = FileKind(folder.appending("VERSION")), size < 4096,
            let bytes = try? FileSlice(folder.appending("VERSION"), count: size).read()
        else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }

    private func entry(_ name: String) throws(RolloutError) -> ReleaseManifest.Entry {
        let full = folder.appending(name)
        guard !ReleaseManifest.reservedNames.contains(name) else { throw .reservedName(full.string) }
        guard !name.contains(where: { "\t\n\\".contains($0) }) else { throw .illegalName(full.string) }
        switch FileKind(full) {
        case .folder: return .init(path: name, mode: 0o755, kind: .folder)
        case .link: return .init(path: name, mode: 0o777, kind: .link(target: try target(of: name)))
        case .file(let size, let isExecutable):
            // What the builder's umask took away does not count, so that one content has one id everywhere.
            let digest = try FileSlice(full, count: size).digest()
            return .init(path: name, mode: isExecutable ? 0o755 : 0o644, kind: .file(size: size, digest: digest))
        case .other: throw .specialFile(full.string)
        case .nothing: throw .changedWhileRead(full.string)
        }
    }

    private func target(of name: String) throws(RolloutError) -> String {
        let full = folder.appending(name).string
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: full) else {
            throw .unreadable(full)
        }
        guard ReleaseManifest.isInside(link: target, at: name) else { throw .outwardLink(full, target) }
        return target
    }
}

extension FileSlice {
    /// SHA-256 in hexadecimal.
    func digest() throws(RolloutError) -> String {
        let hasher = SHA256.Hasher()
        try read(by: 1 << 20) { hasher.update($0) }
        return hasher.finish()
    }
}

extension ReleaseManifest {
    /// Whether a link at a path of the release leads to another place of it.
    static func isInside(link target: String, at path: String) -> Bool {
        guard !target.isEmpty, !target.hasPrefix("/"), !target.contains(where: { "\t\n".contains($0) }) else {
            return false
        }
        var depth = path.split(separator: "/").count - 1
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }
}
