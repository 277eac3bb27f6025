import Digests
import FoundationEssentials
import Glibc
import SystemPackage

/// Reads a folder to know what release it is.
struct FolderScan {
    let folder: FilePath
    var schema: ReleaseManifest.SchemaLevels?
    private let cache: DigestCache?

    /// - Parameter cache: nil reads every byte.
    init(_ folder: FilePath, cache: DigestCache? = nil) {
        self.folder = folder
        self.cache = cache
    }

    private struct Finding {
        var entry: ReleaseManifest.Entry
        var sight: DigestCache.Sight?
    }

    /// Files are hashed on all cores.
    /// - Throws: `RolloutError`.
    func release() async throws -> Release {
        let names = try names()
        let start = time(nil)
        let found = try await withThrowingTaskGroup(of: [Finding].self) { group in
            for names in Self.shares(of: names) { group.addTask { try names.map { try find($0) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let manifest = ReleaseManifest(found.map(\.entry), schema: schema).closingBelowClosedFolders()
        try ReleaseTree.check(manifest, in: folder)
        guard manifest.entries.contains(where: \.isFile) else { throw RolloutError.emptyFolder(folder.string) }
        let read = found.compactMap { finding in
            finding.sight.map {
                DigestCache.Entry(name: finding.entry.path, sight: $0, digest: finding.entry.digest ?? "")
            }
        }
        cache?.keep(read, of: manifest.size, since: start)
        return Release(path: folder, manifest: manifest, metadata: ReleaseMetadata(version: version), slices: [:])
    }

    private func names() throws(RolloutError) -> [String] {
        do { return try FileManager.default.subpathsOfDirectory(atPath: folder.string) } catch {
            throw .unreadable((error as? CocoaError)?.filePath ?? folder.string)
        }
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

    private func find(_ name: String) throws(RolloutError) -> Finding {
        // Before the file is read: what is written to it meanwhile shows in the next push.
        let sight = cache.flatMap { _ in DigestCache.Sight(folder.appending(name)) }
        return Finding(entry: try entry(name, sight), sight: sight)
    }

    private func entry(_ name: String, _ sight: DigestCache.Sight?) throws(RolloutError) -> ReleaseManifest.Entry {
        let full = folder.appending(name)
        guard !ReleaseManifest.reservedNames.contains(name) else { throw .reservedName(full.string) }
        guard name.isPlainName else { throw .illegalName(full.string) }
        switch FileKind(full) {
        case .folder(let mode): return .init(path: name, mode: mode & 0o005 == 0o005 ? 0o755 : 0o750, kind: .folder)
        case .link: return .init(path: name, mode: 0o777, kind: .link(target: try target(of: name)))
        case .file(let size, let found):
            guard found & 0o6000 == 0 else { throw .privilegedFile(full.string) }
            let mode = Self.mode(found)
            if let known = sight.flatMap({ cache?.digest(of: name, $0) }) {
                return .init(path: name, mode: mode, kind: .file(size: size, digest: known))
            }
            let digest = try FileSlice(full, count: size).digest()
            return .init(path: name, mode: mode, kind: .file(size: size, digest: digest))
        case .other: throw .specialFile(full.string)
        // A name that is no UTF-8 was read as another one.
        case .nothing where name.unicodeScalars.contains("\u{fffd}"): throw .illegalName(full.string)
        case .nothing: throw .changedWhileRead(full.string)
        }
    }

    /// One content has one id everywhere: of the builder's mode counts what its owner may execute and others may read.
    private static func mode(_ mode: Int) -> Int {
        (mode & 0o100 == 0 ? 0o644 : 0o755) & (mode & 0o004 == 0 ? 0o770 : 0o777)
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
    /// What lies in a folder that is not for everybody is not either.
    fileprivate func closingBelowClosedFolders() -> ReleaseManifest {
        var closed: Set<String> = []
        let entries = entries.map { entry in
            guard entry.isFile || entry.kind == .folder else { return entry }
            var entry = entry
            if let parent = entry.path.parentPath, closed.contains(parent) { entry.mode &= 0o770 }
            if entry.kind == .folder, entry.isClosed { closed.insert(entry.path) }
            return entry
        }
        return ReleaseManifest(entries, schema: schema)
    }

    /// Whether a link at a path of the release leads to another place of it.
    static func isInside(link target: String, at path: String) -> Bool {
        guard target.isPlainName, target.utf8.first != UInt8(ascii: "/") else { return false }
        var depth = path.pathParts.count - 1
        for part in target.pathParts where part != "." && !part.isEmpty {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }
}
