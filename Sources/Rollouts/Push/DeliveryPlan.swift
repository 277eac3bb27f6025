import Digests

/// What has to go over the line to one host, from what the host said that it has.
struct DeliveryPlan: Sendable {
    /// Something that is sent in one go.
    enum Parcel: Sendable {
        /// Folders, links and whole files.
        case archive([ReleaseManifest.Entry])
        /// Ranges of a large file, to be appended to what is there of it.
        case ranges(ReleaseManifest.Entry, [Range<Int>])

        var count: Int {
            switch self {
            case .archive(let entries): entries.reduce(0) { $0 + $1.size }
            case .ranges(_, let ranges): ranges.reduce(0) { $0 + $1.count }
            }
        }
    }

    private(set) var parcels: [Parcel] = []
    /// Large files, which the host puts together when all has come.
    private(set) var assemblies: [Assembly] = []
    /// Uploads to be begun anew, by the file's digest: what is there of them is not what would be sent.
    private(set) var discarded: [String] = []
    /// Files whose content comes over the line.
    private(set) var arriving: [ReleaseManifest.Entry] = []
    /// Free space that the host needs.
    private(set) var room = 0

    var count: Int { parcels.reduce(0) { $0 + $1.count } }

    /// - Parameter lists: the chunks of the missing files that are large, by digest.
    /// - Throws: `RolloutError` when a file can't be read.
    init(
        _ release: Release, for answer: StagingAnswer, lists: [String: ChunkList]
    ) throws(RolloutError) {
        var small: [ReleaseManifest.Entry] = []
        let sources = answer.lists.map { Assembly.Source(file: $0.file, list: $0.list) }
        for entry in release.manifest.entries {
            guard entry.isFile else {
                small.append(entry)
                continue
            }
            guard answer.missing.contains(entry.path) else { continue }
            arriving.append(entry)
            room += entry.size
            if let digest = entry.digest, let list = lists[digest] {
                let assembly = sources.isEmpty ? Assembly(whole: entry) : Assembly(entry, list: list, from: sources)
                if !assemblies.contains(where: { $0.entry.digest == digest }) {
                    try add(assembly, digest: digest, of: release, part: answer.parts[digest])
                } else {
                    small.append(entry)
                }
            } else {
                small.append(entry)
            }
        }
        if !small.isEmpty { parcels.insert(.archive(small), at: 0) }
    }

    /// Only these files, whole.
    init(resending entries: [ReleaseManifest.Entry]) {
        parcels = [.archive(entries)]
        arriving = entries
    }

    private mutating func add(
        _ assembly: Assembly, digest: String, of release: Release, part: StagingAnswer.Part?
    ) throws(RolloutError) {
        assemblies.append(assembly)
        let slice = release.slice(of: assembly.entry)
        var ranges = assembly.sent
        if let part, part.count > 0 {
            if part.count <= assembly.sentCount,
                try ranges.prefix(of: part.count).digest(in: slice) == part.digest
            {
                ranges = ranges.suffix(after: part.count)
            } else {
                discarded.append(digest)
            }
        }
        if !ranges.isEmpty { parcels.append(.ranges(assembly.entry, ranges)) }
    }

    /// Takes a small parcel off the front, to see from it how fast the line is; nil when all is small.
    mutating func takeSample(of limit: Int) -> Parcel? {
        guard count > 2 * limit, let first = parcels.first else { return nil }
        switch first {
        case .archive(let entries):
            var size = 0
            let files = entries.count { entry in
                size += entry.size
                return size <= limit
            }
            if size <= limit {
                parcels.removeFirst()
                return first
            }
            guard files > 0 else { return nil }
            parcels[0] = .archive(Array(entries[files...]))
            return .archive(Array(entries[..<files]))
        case .ranges(let entry, let ranges):
            parcels[0] = .ranges(entry, ranges.suffix(after: limit))
            return .ranges(entry, ranges.prefix(of: limit))
        }
    }
}

extension [Range<Int>] {
    /// The first so many numbers.
    func prefix(of count: Int) -> [Range<Int>] {
        var left = count
        return compactMap { range in
            let taken = Swift.min(left, range.count)
            left -= taken
            return taken > 0 ? range.lowerBound..<range.lowerBound + taken : nil
        }
    }

    /// All but the first so many numbers.
    func suffix(after count: Int) -> [Range<Int>] {
        var left = count
        return compactMap { range in
            let dropped = Swift.min(left, range.count)
            left -= dropped
            return dropped < range.count ? range.lowerBound + dropped..<range.upperBound : nil
        }
    }

    /// SHA-256 of these ranges of a file.
    func digest(in slice: FileSlice) throws(RolloutError) -> String {
        let hasher = SHA256.Hasher()
        for range in self { try slice[range].read(by: 1 << 20) { hasher.update($0) } }
        return hasher.finish()
    }
}
