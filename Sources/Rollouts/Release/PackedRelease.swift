import Digests
package import SystemPackage

/// A release in one file: a tar archive of its records (MANIFEST, METADATA, SIGNATURE when it is signed) and its
/// content, which any `tar` unpacks to the tree that a host gets.
struct PackedRelease {
    private let path: FilePath
    private let manifest: ReleaseManifest
    private let metadata: ReleaseMetadata
    private let signature: String?
    private var slices: [String: FileSlice] = [:]

    /// Reads the records and where each file lies; the files' bytes are not read.
    /// - Throws: `RolloutError`.
    init(_ path: FilePath) throws(RolloutError) {
        self.path = path
        var reader = try TarReader(path)
        var records: [String: String] = [:]
        var members: [String: FileSlice] = [:]
        while let member = try reader.next() {
            guard ReleaseManifest.reservedNames.contains(member.name), members.isEmpty else {
                if member.isFile { members[member.name] = member.slice }
                continue
            }
            guard member.slice.count < 1 << 28 else { throw .noPackedRelease(path.string) }
            records[member.name] = String(decoding: try member.slice.read(), as: UTF8.self)
        }
        guard let manifest = records["MANIFEST"], let metadata = records["METADATA"] else {
            throw .noPackedRelease(path.string)
        }
        self.manifest = try ReleaseManifest(parsing: manifest)
        self.metadata = try ReleaseMetadata(parsing: metadata)
        signature = records["SIGNATURE"]
        guard self.manifest.entries.contains(where: \.isFile) else { throw .emptyFolder(path.string) }
        for entry in self.manifest.entries where entry.isFile {
            guard let slice = members[entry.path], slice.count == entry.size else {
                throw .incomplete(path.string, entry.path)
            }
            slices[entry.path] = slice
        }
    }

    func release() -> Release {
        Release(path: path, manifest: manifest, metadata: metadata, signature: signature, slices: slices)
    }
}

extension Release {
    /// Writes the release as one file, which appears by a rename when it is whole.
    /// - Throws: `RolloutError`.
    package func pack(to target: FilePath) throws(RolloutError) {
        guard !FileKind(target, followsLinks: true).isFolder else { throw .unwritable(target.string, "it is a folder") }
        let temporary = FilePath(target.string + ".new-\(UInt32.random(in: 0 ... .max))")
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            defer { try? file.close() }
            try write(to: file)
        } catch let error as RolloutError {
            _ = FileKind.remove(temporary)
            throw error
        } catch {
            _ = FileKind.remove(temporary)
            throw .unwritable(target.string, "\(error)")
        }
        guard FileKind.rename(temporary, to: target) else {
            _ = FileKind.remove(temporary)
            throw .unwritable(target.string, "cannot be renamed")
        }
    }

    private func write(to file: FileDescriptor) throws {
        var records = [("MANIFEST", manifest.text), ("METADATA", metadata.text)]
        if let signature { records.append(("SIGNATURE", signature)) }
        for (name, text) in records {
            let content = Array(text.utf8)
            try file.writeAll(TarHeader.bytes(name: name, mode: 0o644, size: content.count, type: "0"))
            try file.writeAll(content + TarHeader.padding(after: content.count))
        }
        for entry in manifest.entries {
            try file.writeAll(TarHeader.bytes(of: entry))
            guard entry.isFile else { continue }
            let hasher = SHA256.Hasher()
            var failure: (any Error)?
            try slice(of: entry).read(by: 1 << 20) { bytes in
                hasher.update(bytes)
                do { if failure == nil { try file.writeAll(bytes) } } catch { failure = error }
            }
            if let failure { throw failure }
            guard hasher.finish() == entry.digest else { throw RolloutError.changedWhileRead(entry.path) }
            try file.writeAll(TarHeader.padding(after: entry.size))
        }
        try file.writeAll(TarHeader.end)
    }
}
