/// A release on its way to one host or more: what all pushes of it share.
actor Cargo {
    nonisolated let release: Release
    nonisolated let id: ReleaseID
    private var lists: [String: Task<ChunkList, any Error>] = [:]

    init(_ release: Release, id: ReleaseID) {
        self.release = release
        self.id = id
    }

    /// The chunks of large files, by digest; each is cut once.
    /// - Throws: `RolloutError`.
    func lists(of entries: [ReleaseManifest.Entry]) async throws -> [String: ChunkList] {
        var tasks: [String: Task<ChunkList, any Error>] = [:]
        for entry in entries where entry.size >= Chunker.threshold {
            guard let digest = entry.digest else { continue }
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
