import Modules
import OrderedCollections
import YAML

/// Where the hosts of a batch meet: to go step by step, and to let one of them act for all.
actor Rendezvous {
    /// A point in the play: the section, the task's number, and the handler's while handlers are run there.
    struct Point: Comparable, Hashable {
        var section: Int
        /// Its number, after those of the includes and items that it came by.
        var task: [Int]
        var handler = 0

        static func < (left: Point, right: Point) -> Bool {
            if left.section != right.section { return left.section < right.section }
            if left.task != right.task { return left.task.lexicographicallyPrecedes(right.task) }
            return left.handler < right.handler
        }
    }

    /// What the host that acted for all got.
    struct Shared: Sendable {
        /// What it registered and set.
        var variables: [String: Value] = [:]
        /// What it set as facts.
        var facts: ValueMap = [:]
        /// In check mode: the tasks that the variables hang on.
        var hanging: [String: String] = [:]
        var stop: HostRun.Stop?
        /// It has changed something, or may have.
        var hasChanged = false
    }

    /// Why all hosts stop before the play's end.
    enum Ending: Sendable { case batch, play, failures }

    private let hosts: [String]
    /// The percentage of failed hosts that must be exceeded to stop all; nil: only a fatal failure does.
    private let tolerated: Double?
    private var reached: [String: Point]
    private var waiting: [(point: Point, continuation: CheckedContinuation<Void, Never>)] = []
    private var acting: [Point: String] = [:]
    private var shared: [Point: Shared] = [:]
    private var sharedWaiting: [Point: [CheckedContinuation<Shared, Never>]] = [:]
    private var failedHosts: Set<String> = []
    /// Failures that are fatal for all and have a rescue: every host goes there.
    private var rescuable: [Point: HostRun.Failure] = [:]
    private(set) var ending: Ending?

    init(hosts: [String], tolerated: Double? = nil) {
        self.hosts = hosts
        self.tolerated = tolerated
        reached = Dictionary(uniqueKeysWithValues: hosts.map { ($0, Point(section: -1, task: [])) })
    }

    /// Says that the host has come to a point, without waiting.
    func reach(_ point: Point, by host: String) {
        guard let before = reached[host], before < point else { return }
        reached[host] = point
        wake()
    }

    /// Waits until every host still taking part has come to the point, or all are told to stop.
    func meet(at point: Point, by host: String) async {
        reach(point, by: host)
        guard ending == nil, !everyone(at: point) else { return }
        await withCheckedContinuation { waiting.append((point, $0)) }
    }

    /// Counts a failure that nothing rescues, before the others go on: it may stop them all.
    func fail(_ host: String, isFatal: Bool) {
        failedHosts.insert(host)
        let share = Double(failedHosts.count) * 100 / Double(max(1, hosts.count))
        if isFatal || tolerated.map({ share > $0 }) == true { end(.failures) }
    }

    /// Tells the others of a failure that is fatal for all and has a rescue.
    func fail(_ failure: HostRun.Failure, at point: Point) {
        rescuable[point] = rescuable[point] ?? failure.elsewhere
    }

    /// The failure of another host at the point, once all hosts have left it behind.
    func failure(at point: Point) -> HostRun.Failure? { rescuable[point] }

    /// Stops all hosts at the next point where they meet.
    func end(_ ending: Ending) {
        self.ending = self.ending ?? ending
        wake()
    }

    /// The host takes no further part; whoever waits for what it was to do for all is told that it never will.
    func leave(_ host: String) {
        reached[host] = nil
        for (point, actor) in acting where actor == host && shared[point] == nil {
            share(Shared(stop: .ended), at: point)
        }
        wake()
    }

    /// True for the one host that acts for all at a point where they met: the first of those that came to it.
    func acts(_ host: String, at point: Point) -> Bool {
        let actor = acting[point] ?? hosts.first { reached[$0] == point } ?? host
        acting[point] = actor
        return actor == host
    }

    func share(_ outcome: Shared, at point: Point) {
        shared[point] = outcome
        for continuation in sharedWaiting.removeValue(forKey: point) ?? [] { continuation.resume(returning: outcome) }
    }

    /// What the acting host got, once it is known.
    func outcome(at point: Point) async -> Shared {
        if let outcome = shared[point] { return outcome }
        return await withCheckedContinuation { sharedWaiting[point, default: []].append($0) }
    }

    private func everyone(at point: Point) -> Bool { reached.values.allSatisfy { $0 >= point } }

    private func wake() {
        let ready = waiting.filter { ending != nil || everyone(at: $0.point) }
        waiting.removeAll { ending != nil || everyone(at: $0.point) }
        for waiter in ready { waiter.continuation.resume() }
    }
}
