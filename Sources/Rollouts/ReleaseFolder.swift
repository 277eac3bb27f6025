import Digests
import FoundationEssentials

/// A release as it lies on the operator's machine.
package struct ReleaseFolder: Sendable {
    package let path: String
    package let manifest: ReleaseManifest

    /// Reads the whole folder, to know each file's digest.
    /// - Throws: `RolloutError`.
    package init(_ path: String) throws {
        self.path = path
        let files = FileManager.default
        var isFolder = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            throw RolloutError.noFolder(path)
        }
        let names = try files.subpathsOfDirectory(atPath: path)
        manifest = ReleaseManifest(try names.map { try Self.entry($0, in: path) })
        guard manifest.entries.contains(where: \.isFile) else { throw RolloutError.emptyFolder(path) }
    }

    /// The bytes of a file, checked against the manifest.
    /// - Throws: `RolloutError` when the file has changed since.
    func bytes(of entry: ReleaseManifest.Entry) throws -> [UInt8] {
        let bytes = try Self.read("\(path)/\(entry.path)")
        guard case .file(_, let digest) = entry.kind, SHA256.hex(bytes) == digest else {
            throw RolloutError.changedWhileRead("\(path)/\(entry.path)")
        }
        return bytes
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw RolloutError.unreadable(path) }
        return Array(data)
    }

    private static func entry(_ name: String, in folder: String) throws -> ReleaseManifest.Entry {
        let full = "\(folder)/\(name)"
        guard !ReleaseManifest.reservedNames.contains(name) else { throw RolloutError.reservedName(full) }
        guard !name.contains(where: { "\t\n\\".contains($0) }) else { throw RolloutError.illegalName(full) }
        let attributes = try FileManager.default.attributesOfItem(atPath: full)
        let kind = attributes[.type] as? FileAttributeType
        switch kind {
        case .typeDirectory?: return .init(path: name, mode: 0o755, kind: .folder)
        case .typeSymbolicLink?:
            return .init(path: name, mode: 0o777, kind: .link(target: try target(of: name, in: folder)))
        case .typeRegular?:
            let bytes = try read(full)
            return .init(path: name, mode: mode(of: full), kind: .file(size: bytes.count, digest: SHA256.hex(bytes)))
        default: throw RolloutError.specialFile(full)
        }
    }

    /// What the builder's umask took away does not count: 0644 or 0755, so that one content has one id everywhere.
    private static func mode(of path: String) -> Int {
        FileManager.default.isExecutableFile(atPath: path) ? 0o755 : 0o644
    }

    /// A link must stay inside the release.
    private static func target(of name: String, in folder: String) throws -> String {
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        var depth = name.split(separator: "/").count - 1
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { throw RolloutError.outwardLink("\(folder)/\(name)", target) }
        }
        guard !target.hasPrefix("/"), !target.contains("\t"), !target.contains("\n") else {
            throw RolloutError.outwardLink("\(folder)/\(name)", target)
        }
        return target
    }
}
