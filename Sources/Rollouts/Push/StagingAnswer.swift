/// What a host said when the folder of a new release was opened.
struct StagingAnswer: Sendable {
    /// What is there of a large file's sent bytes, from an upload that was cut off.
    struct Part: Hashable, Sendable {
        var count: Int
        /// SHA-256 of these bytes.
        var digest: String
    }

    /// The release is there already, whole.
    var isStaged = false
    /// Paths of the files that no kept release has, and that did not arrive earlier.
    var missing: Set<String> = []
    /// By the digest of the file they belong to.
    var parts: [String: Part] = [:]
    /// Chunk lists of files that missing ones may resemble, by their place on the host.
    var lists: [(file: String, list: ChunkList)] = []
    /// Free bytes where releases lie; nil when the host could not tell.
    var room: Int?

    init() {}

    /// - Parameter text: lines of `ReleaseStore.open`.
    init(parsing text: String) {
        var file: String?
        var chunks: [Substring] = []
        func endList() {
            if let file { lists.append((file, ChunkList(parsing: chunks))) }
            (file, chunks) = (nil, [])
        }
        for line in text.plainLines {
            let fields = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
            switch (fields.first, fields.count) {
            case ("staged", 1): isStaged = true
            case ("send", 2): missing.insert(String(fields[1]))
            case ("room", 2): room = Int(fields[1]).map { $0 << 10 }
            case ("part", 4): parts[String(fields[1])] = Part(count: Int(fields[2]) ?? 0, digest: String(fields[3]))
            case ("list", 2):
                endList()
                file = String(fields[1])
            case ("c", 2): chunks.append(fields[1])
            default: break
            }
        }
        endList()
    }
}
