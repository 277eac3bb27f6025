import Modules
import Remote

/// Brings a release to a host: sends what the host lacks, checks it there, and lets it appear.
struct ReleasePush {
    let store: ReleaseStore
    let folder: ReleaseFolder
    let id: ReleaseID
    /// `user:group`, or nil to leave what is.
    let owner: String?

    /// Bytes of content in one archive; a larger file is an archive of its own.
    private static let archiveLimit = 8 << 20

    /// - Returns: how many files were sent.
    func run(on host: any ActionHost) async throws -> Int {
        let opened = try await host.run([store.open(id, folder.manifest)])
        guard let reply = opened.first, reply.succeeded else { throw failure("open the release", opened.first) }
        let missing = Set(reply.output.split(separator: "\n").map(String.init))
        try await send(folder.manifest.entries.filter { !$0.isFile || missing.contains($0.path) }, to: host)
        let wrong = try await verify(on: host)
        if !wrong.isEmpty { try await repair(wrong, on: host) }
        let closed = try await host.run([store.close(id, folder.manifest, owner: owner)])
        guard closed.first?.succeeded == true else { throw failure("finish the release", closed.first) }
        return missing.count + wrong.count
    }

    private func send(_ entries: [ReleaseManifest.Entry], to host: any ActionHost) async throws {
        let total = entries.reduce(0) { $0 + $1.size }
        var sent = 0
        var archive = TarArchive()
        for (index, entry) in entries.enumerated() {
            archive.add(entry, content: entry.isFile ? try folder.bytes(of: entry) : [])
            guard archive.bytes.count >= Self.archiveLimit || index == entries.count - 1 else { continue }
            let replies = try await host.run([store.unpack(archive.finished(), into: id)])
            guard replies.first?.succeeded == true else { throw failure("unpack", replies.first) }
            archive = TarArchive()
            sent = entries[...index].reduce(0) { $0 + $1.size }
            await host.progress("\(sent >> 20) of \(total >> 20) MB")
        }
    }

    private func verify(on host: any ActionHost) async throws -> [String] {
        let replies = try await host.run([store.verify(id, folder.manifest)])
        guard let reply = replies.first, reply.succeeded else { throw failure("check the digests", replies.first) }
        return reply.output.split(separator: "\n").map(String.init)
    }

    /// A kept release whose files were changed on the host: those are sent after all.
    private func repair(_ paths: [String], on host: any ActionHost) async throws {
        _ = try await host.run([store.drop(paths, from: id)])
        try await send(folder.manifest.entries.filter { paths.contains($0.path) }, to: host)
        let wrong = try await verify(on: host)
        guard wrong.isEmpty else {
            throw ModuleFailure("release \(id): \(wrong.count) files arrived damaged, the first is \(wrong[0])")
        }
    }

    private func failure(_ doing: String, _ reply: Reply?) -> ModuleFailure {
        ModuleFailure("release \(id): \(doing)", reply ?? Reply(status: 1, stdout: "", stderr: "no answer"))
    }
}
