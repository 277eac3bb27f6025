import Modules
import Remote

/// Brings a release to all hosts of a site at once.
struct ReleaseSpread: Sendable {
    let store: ReleaseStore
    let cargo: Cargo
    /// `user:group`, or nil to leave what is.
    let owner: String?

    /// What came of one host.
    struct Landing: Sendable {
        var push = ReleasePush.Result()
        var isServing = false
        /// Where the content came from, when that was another host.
        var from: String?
        /// Why it did not come from another host, though the line is slow.
        var note: String?
    }

    /// Content that is sent before deciding how to go on. What a small sample takes may be the host's own time to begin,
    /// so only a larger one makes a line slow.
    private static let samples = [1 << 20, 4 << 20]
    /// Below so many bytes a second, content is compressed and crosses the line once.
    private static let slow = 8.0 * Double(1 << 20)

    /// - Throws: `ModuleFailure` that names each host that failed; the others have the release.
    func run(on hosts: [any ActionHost]) async throws -> [String: Landing] {
        var landings: [String: Landing] = [:]
        var waiting: [Relay.Pair] = []
        var failures: [(host: String, error: any Error)] = []
        for (host, opened) in await concurrently(hosts, { host in try await open(host) }) {
            switch opened {
            case .success(let opened):
                landings[host.name] = Landing(isServing: opened.isServing)
                if let plan = opened.plan { waiting.append(Relay.Pair(push: opened.push, plan: plan)) }
            case .failure(let error): failures.append((host.name, error))
            }
        }
        // A site of which a part can't take the release gets nothing.
        try Self.check(failures, of: hosts.count)
        for (name, landing) in try await deliver(&waiting, of: hosts.count) { landings[name] = landing }
        return landings
    }

    struct Opened: Sendable {
        var push: ReleasePush
        var plan: DeliveryPlan?
        var isServing: Bool
    }

    func open(_ host: any ActionHost) async throws -> Opened {
        let staging = Staging(store: store, id: cargo.id, token: PushToken().text)
        let push = ReleasePush(cargo: cargo, staging: staging, host: host, owner: owner)
        let (history, plan) = try await push.open()
        return Opened(push: push, plan: plan, isServing: plan == nil && history.isServing(cargo.id))
    }

    private func deliver(
        _ waiting: inout [Relay.Pair], of count: Int
    ) async throws -> [String: Landing] {
        guard !waiting.isEmpty else { return [:] }
        var landings: [String: Landing] = [:]
        var notes: [String: String] = [:]
        var sampled = 0
        var isSlow = false
        let first = waiting[0].push
        for size in Self.samples {
            guard let sample = waiting[0].plan.takeSample(of: size) else { break }
            let total = sampled + sample.count + waiting[0].plan.count
            let start = ContinuousClock.now
            let sent = try await first.send(sample, compressed: false, after: sampled, of: total)
            isSlow = Double(sent) / start.duration(to: .now).inSeconds < Self.slow
            sampled += sent
            if !isSlow { break }
        }
        var direct = waiting
        if isSlow, waiting.count > 1 {
            var result = try await first.deliver(waiting[0].plan, compressed: true)
            result.bytes += sampled
            landings[first.host.name] = Landing(push: result)
            direct = []
            for (pair, fetched) in await Relay(source: first).run(to: Array(waiting.dropFirst())) {
                switch fetched {
                case .done(let result):
                    landings[pair.push.host.name] = Landing(push: result, from: first.host.name)
                case .refused(let reason):
                    notes[pair.push.host.name] = "could not fetch from \(first.host.name), so it was sent: \(reason)"
                    direct.append(pair)
                }
            }
        }
        let compressed = isSlow
        var failures: [(host: String, error: any Error)] = []
        for (pair, result) in await concurrently(direct, { try await $0.push.deliver($0.plan, compressed: compressed) })
        {
            let name = pair.push.host.name
            switch result {
            case .success(var result):
                if name == first.host.name { result.bytes += sampled }
                landings[name] = Landing(push: result, note: notes[name])
            case .failure(let error): failures.append((name, error))
            }
        }
        try Self.check(failures, of: count)
        return landings
    }

    /// One host's failure is thrown as it is; of several hosts, each is named. What is no host's failure is the runner's
    /// own (a lock, a look that was stale, an end), and it knows what to do about it.
    private static func check(_ failures: [(host: String, error: any Error)], of count: Int) throws {
        guard let first = failures.first else { return }
        let own = failures.first { !($0.error is ModuleFailure || $0.error is TransportError) }
        if count == 1 || own != nil { throw (own ?? first).error }
        throw ModuleFailure(failures.map { "\($0.host): \($0.error)" }.joined(separator: "\n"))
    }
}

/// Runs the body for each, at most so many at a time; the results are in order, and one's failure is its own.
func concurrently<Item: Sendable, Result: Sendable>(
    _ items: [Item], limit: Int = 16, _ body: @escaping @Sendable (Item) async throws -> Result
) async -> [(Item, Swift.Result<Result, any Error>)] {
    await withTaskGroup(of: (Int, Swift.Result<Result, any Error>).self) { group in
        var results = [Swift.Result<Result, any Error>?](repeating: nil, count: items.count)
        var next = 0
        func add() {
            guard next < items.count else { return }
            let (index, item) = (next, items[next])
            next += 1
            group.addTask {
                do { return (index, .success(try await body(item))) } catch { return (index, .failure(error)) }
            }
        }
        for _ in 0..<min(limit, items.count) { add() }
        for await (index, result) in group {
            results[index] = result
            add()
        }
        return zip(items, results).compactMap { item, result in result.map { (item, $0) } }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Tells one push from every other.
struct PushToken: Hashable, Sendable {
    let text: String

    init() {
        text = String(UInt64.random(in: 0 ... .max), radix: 16) + String(UInt64.random(in: 0 ... .max), radix: 16)
    }
}
