import Modules
import Remote

/// Brings a release to one host: sends what the host lacks, checks it there, and lets it appear.
struct ReleasePush: Sendable {
    let cargo: Cargo
    let staging: Staging
    let host: any ActionHost
    /// `user:group`, or nil to leave what is.
    let owner: String?

    /// What one push came to.
    struct Result: Hashable, Sendable {
        /// False when the host had the release.
        var changed = false
        /// Files whose content was sent.
        var files = 0
        /// Bytes of content that went over the line.
        var bytes = 0
    }

    /// Space that a push leaves free.
    static let reserve = 16 << 20

    private var release: Release { cargo.release }
    private var id: ReleaseID { cargo.id }

    /// Opens the new release's folder: what the host knows of its releases, and what to send; nil when it has the
    /// release already.
    /// - Throws: `ModuleFailure`, also when the host has no room for it.
    func open() async throws -> (ReleaseHistory, DeliveryPlan?) {
        let replies = try await host.run([staging.store.look, staging.open(release.manifest)])
        let history = try staging.store.history(replies.first)
        guard replies.count == 2, replies[1].succeeded else { throw failure("open the release", replies.last) }
        let answer = StagingAnswer(parsing: replies[1].output)
        return (history, answer.isStaged ? nil : try await plan(for: answer))
    }

    private func plan(for answer: StagingAnswer) async throws -> DeliveryPlan {
        let missing = release.manifest.entries.filter { answer.missing.contains($0.path) }
        // Without a list of the host's to compare with, only the length decides.
        let large = missing.filter { $0.size >= Chunker.threshold }
        let isWhole = answer.lists.isEmpty && answer.parts.isEmpty
        let lists = !cargo.isHere ? [:] : isWhole ? Self.emptyLists(for: large) : try await cargo.lists(of: large)
        let plan = try DeliveryPlan(release, for: answer, lists: lists)
        if let room = answer.room, plan.room + Self.reserve > room {
            throw ModuleFailure(
                "release \(id): \(host.name) has \(room >> 20) MB free below \(staging.store.path), and the release needs \((plan.room + Self.reserve) >> 20) MB more"
            )
        }
        for digest in plan.discarded {
            _ = try await run(staging.discardPart(of: digest), "begin an upload anew")
        }
        return plan
    }

    private static func emptyLists(for entries: [ReleaseManifest.Entry]) -> [String: ChunkList] {
        Dictionary(entries.compactMap { entry in entry.digest.map { ($0, ChunkList([])) } }, uniquingKeysWith: { $1 })
    }

    /// Sends what is planned, then finishes.
    func deliver(_ plan: DeliveryPlan, compressed: Bool) async throws -> Result {
        // Cut for the host's lists while the bytes travel.
        async let lists = cargo.lists(of: plan.arriving)
        let sent = try await send(plan, compressed: compressed)
        try await finish(plan, lists: try await lists)
        return Result(changed: true, files: plan.arriving.count, bytes: sent)
    }

    /// - Returns: the bytes that went over the line.
    func send(_ plan: DeliveryPlan, compressed: Bool) async throws -> Int {
        var sent = 0
        var done = 0
        for parcel in plan.parcels {
            sent += try await send(parcel, compressed: compressed, after: done, of: plan.count)
            done += parcel.count
        }
        return sent
    }

    func send(_ parcel: DeliveryPlan.Parcel, compressed: Bool, after done: Int = 0, of total: Int) async throws -> Int {
        let host = host
        let told: @Sendable (Int) async -> Void = { given in
            if given > 0 { await host.progress("\((done + given) >> 20) of \(total >> 20) MB") }
        }
        let feed: SliceFeed
        let fragment: Fragment
        switch parcel {
        case .archive(let entries):
            feed = SliceFeed(archive: entries, of: release, told: told)
            fragment = staging.unpack(compressed: compressed)
        case .ranges(let entry, let ranges):
            let slice = release.slice(of: entry)
            feed = SliceFeed(ranges.map { .slice(slice[$0]) }, told: told)
            fragment = staging.append(to: entry.digest ?? "", compressed: compressed)
        }
        let counted = CountingFeed(compressed ? try GzipFeed(feed) : feed)
        let reply = try await host.run(fragment, fedBy: counted)
        guard reply.succeeded else { throw failure("send", reply) }
        return await counted.count
    }

    /// Checks everything on the host and gives the release its name; files that are not what they should be are sent
    /// once more, whole.
    func finish(_ plan: DeliveryPlan, lists: [String: ChunkList]) async throws {
        var wrong = try await close(plan, assemblies: plan.assemblies, lists: lists)
        guard !wrong.isEmpty else { return }
        let again = release.manifest.entries.filter { wrong.contains($0.path) }
        for entry in again where try release.slice(of: entry).digest() != entry.digest {
            throw ModuleFailure("\(RolloutError.changedWhileRead("\(release.path)/\(entry.path)"))")
        }
        _ = try await send(DeliveryPlan(resending: again), compressed: false)
        wrong = try await close(plan, assemblies: plan.assemblies, lists: lists)
        guard let first = wrong.first else { return }
        throw ModuleFailure("release \(id): \(wrong.count) files arrived damaged, the first is \(first)")
    }

    /// Finishes after all files came from another host.
    func finishFetched(_ plan: DeliveryPlan) async throws {
        let lists = try await cargo.lists(of: plan.arriving)
        let wrong = try await close(plan, assemblies: [], lists: lists)
        guard let first = wrong.first else { return }
        throw ModuleFailure("\(wrong.count) files arrived damaged, the first is \(first)")
    }

    private func close(
        _ plan: DeliveryPlan, assemblies: [Assembly], lists: [String: ChunkList]
    ) async throws -> [String] {
        let bytes = plan.arriving.reduce(0) { $0 + $1.size }
        let finish = staging.finish(release, assemblies: assemblies, arrived: bytes, lists: lists, owner: owner)
        let lines = try await run(finish, "check and finish the release").output.plainLines
        if lines.contains("closed") { return [] }
        let wrong = lines.compactMap { $0.hasPrefix("wrong\t") ? String($0.dropFirst(6)) : nil }
        guard !wrong.isEmpty else { throw ModuleFailure("release \(id): the host did not say how the check ended") }
        return wrong
    }

    private func run(_ fragment: Fragment, _ doing: String) async throws -> Reply {
        let reply = try await host.run([fragment]).first
        guard let reply, reply.succeeded else { throw failure(doing, reply) }
        return reply
    }

    private func failure(_ doing: String, _ reply: Reply?) -> ModuleFailure {
        ModuleFailure("release \(id): \(doing)", reply ?? Reply(status: 1, stdout: "", stderr: "no answer"))
    }
}

/// Counts what passes.
private actor CountingFeed: ByteFeed {
    private(set) var count = 0
    private let feed: any ByteFeed

    init(_ feed: any ByteFeed) { self.feed = feed }

    func next() async throws -> [UInt8]? {
        let bytes = try await feed.next()
        count += bytes?.count ?? 0
        return bytes
    }
}
