/// A release on its way to one host or more: what all pushes of it share.
actor Cargo {
    nonisolated let release: Release
    nonisolated let id: ReleaseID
    /// Whether this machine has its bytes.
    nonisolated let isHere: Bool
    private var lists: [String: Task<ChunkList, any Error>] = [:]

    init(_ release: Release, id: ReleaseID) {
        self.release = release
        self.id = id
        isHere = true
    }

    /// A release that only hosts have.
    /// - Parameter lists: the chunks of large files, by digest.
    init(_ release: Release, id: ReleaseID, lists: [String: ChunkList]) {
        self.release = release
        self.id = id
        isHere = false
        self.lists = lists.mapValues { list in Task { list } }
    }

    /// The chunks of large files, by digest, as far as they can be told; each is cut once.
    /// - Throws: `RolloutError`.
    func lists(of entries: [ReleaseManifest.Entry]) async throws -> [String: ChunkList] {
        var tasks: [String: Task<ChunkList, any Error>] = [:]
        for entry in entries where entry.size >= Chunker.threshold {
            guard let digest = entry.digest, isHere || lists[digest] != nil else { continue }
            tasks[digest] = task(for: digest, release.slice(of: entry))
        }
        var result: [String: ChunkList] = [:]
        for (digest, task) in tasks { result[digest] = try await task.value }
        return result
    }

    private func task(for digest: String, _ slice: FileSlice) -> Task<ChunkList, any Error> {
        if let known = lists[digest] { return known }
        let task = Task { try ChunkList(of: slice) }
        lists[digest] = task
        return task
    }
}
