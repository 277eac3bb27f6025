import Modules
import YAML

/// Where the hosts of a batch meet: to go step by step, and to let one of them act for all.
actor Rendezvous {
    /// A point in the play: the section, then the task's number.
    struct Point: Comparable, Hashable {
        var section: Int
        var task: Int

        static func < (left: Point, right: Point) -> Bool {
            (left.section, left.task) < (right.section, right.task)
        }
    }

    /// What the host that acted for all got.
    struct Shared: Sendable {
        var result: Value
        var failed: Bool
    }

    private let hosts: [String]
    private var reached: [String: Point]
    private var waiting: [(point: Point, continuation: CheckedContinuation<Void, Never>)] = []
    private var shared: [Int: Shared] = [:]
    private var sharedWaiting: [Int: [CheckedContinuation<Shared, Never>]] = [:]
    private var failedHosts: Set<String> = []
    private(set) var isAborted = false

    init(hosts: [String]) {
        self.hosts = hosts
        reached = Dictionary(uniqueKeysWithValues: hosts.map { ($0, Point(section: -1, task: 0)) })
    }

    /// Says that the host has come to a point, without waiting.
    func reach(_ point: Point, by host: String) {
        guard reached[host] != nil else { return }
        reached[host] = max(point, reached[host] ?? point)
        wake()
    }

    /// Waits until every host still taking part has come to the point.
    func meet(at point: Point, by host: String) async {
        reach(point, by: host)
        guard !everyone(at: point) else { return }
        await withCheckedContinuation { waiting.append((point, $0)) }
    }

    /// The host takes no further part.
    func leave(_ host: String, failed: Bool) {
        reached[host] = nil
        if failed { failedHosts.insert(host) }
        wake()
    }

    var failures: Int { failedHosts.count }

    func abort() {
        isAborted = true
    }

    /// True for the one host, the first of those taking part, that acts for all.
    func acts(_ host: String) -> Bool {
        hosts.first { reached[$0] != nil } == host
    }

    func share(_ outcome: Shared, of task: Int) {
        shared[task] = outcome
        for continuation in sharedWaiting.removeValue(forKey: task) ?? [] { continuation.resume(returning: outcome) }
    }

    /// What the acting host got, once it is known.
    func outcome(of task: Int) async -> Shared {
        if let outcome = shared[task] { return outcome }
        return await withCheckedContinuation { sharedWaiting[task, default: []].append($0) }
    }

    private func everyone(at point: Point) -> Bool { reached.values.allSatisfy { $0 >= point } }

    private func wake() {
        let ready = waiting.filter { everyone(at: $0.point) }
        waiting.removeAll { everyone(at: $0.point) }
        for waiter in ready { waiter.continuation.resume() }
    }
}
