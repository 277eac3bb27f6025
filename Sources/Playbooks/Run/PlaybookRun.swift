import OrderedCollections
import Diagnostics
import Fleet
import Modules
package import YAML

/// Runs a playbook over an inventory: play after play, batch after batch, the hosts of a batch side by side.
package struct PlaybookRun: Sendable {
    let playbook: Playbook
    let site: Site

    package init(_ playbook: Playbook, on site: Site) {
        self.playbook = playbook
        self.site = site
    }

    /// - Returns: the counts of every host that took part.
    /// - Throws: `Problem` for a host pattern or limit that names nothing; hosts' failures are in the recap.
    package func execute() async throws -> Recap {
        let plan = try hostsByPlay()
        try checkStart()
        site.lock?.expect(Set(plan.joined()))
        site.expectFacts(of: playbook.plays)
        site.expect(contexts(after: -1, plan: plan))
        let (number, requests) = site.stop.enter()
        defer { site.stop.leave(number) }
        let failure = await withTaskGroup(of: Void.self, returning: (any Error)?.self) { group in
            group.addTask { for await _ in requests { await site.tell(.stopping) } }
            defer { group.cancelAll() }
            do { try await plays(plan) } catch { return error }
            return nil
        }
        if isStopping { await site.tell(.interrupted(unfinished(plan))) }
        await site.settleOwed()
        await site.journal?.close(on: site)
        await site.lock?.release()
        await site.closeAll()
        if let failure { throw failure }
        return recap(of: Set(plan.joined()))
    }

    private func plays(_ plan: [[String]]) async throws {
        var position = StartPosition(label: site.options.startAtTask)
        for (index, play) in playbook.plays.enumerated() where !plan[index].isEmpty {
            await site.tell(.playStarted(name: play.name ?? play.hosts, hosts: plan[index]))
            let goesOn = try await run(play, index: index, hosts: plan[index], plan: plan, from: &position)
            guard !isStopping else { return }
            await site.tell(.playFinished(name: play.name ?? play.hosts))
            guard goesOn else { return }
        }
    }

    private var isStopping: Bool { Task.isCancelled || site.stop.isRequested }

    /// A variable as the first play of a host would have it; nothing is asked of the host.
    /// - Throws: `Problem`.
    package func variable(_ name: String, for host: String) throws -> Value? {
        guard let play = playbook.plays.first else { return nil }
        let context = PlayContext(
            play: play, index: 0, directory: play.directory, allHosts: [host], batch: [host], site: site)
        let scope = ScopeSource(site: site, host: host, play: context, task: nil).scope()
        return scope.names.contains(name) ? try scope.value(of: name) : nil
    }

    /// The hosts each play is for, after `--limit`.
    package func hostsByPlay() throws -> [[String]] {
        let limit = try site.options.limit.map { Set(try site.inventory.hosts(matching: $0)) }
        return try playbook.plays.map { play in
            let hosts = try site.inventory.hosts(matching: play.hostPatterns, at: play.hostsPlace)
            return play.order.ordered(limit.map { limit in hosts.filter(limit.contains) } ?? hosts)
        }
    }

    /// - Returns: false when the run must not go on to the next play.
    private func run(
        _ play: Play, index: Int, hosts: [String], plan: [[String]], from position: inout StartPosition
    ) async throws -> Bool {
        var rest = hosts.filter { !isOut($0) }
        // `order` says who is first, and nothing of how its variables list the hosts.
        let listed = try site.inventory.hosts(matching: play.hostPatterns).filter(Set(hosts).contains)
        let sizes: [BatchSize]
        do { sizes = try batchSizes(of: play, index: index, hosts: rest) } catch let problem as Problem
            where plan[..<index].contains(where: { !$0.isEmpty })
        {
            await fail(rest, of: play, index: index, with: problem)
            return false
        }
        // A share is of those that it goes on with.
        let all = site.options.skipsUnreachable ? rest.count : hosts.count
        var round = 0
        let skipsTo = position.skipping(in: play)
        let later = contexts(after: index, plan: plan)
        while !rest.isEmpty {
            let size = (round < sizes.count ? sizes[round] : sizes.last)?.count(of: all) ?? rest.count
            let batch = Array(rest.prefix(size))
            rest.removeFirst(batch.count)
            round += 1
            let context = PlayContext(
                play: play, index: index, directory: play.directory, allHosts: listed, batch: batch, site: site)
            await concurrently(batch, limit: context.meets ? batch.count : site.options.forks) { host in
                await HostRun(host: host, context: context, later: later.filter { $0.batch.contains(host) })
                    .run(skippingTo: skipsTo)
            }
            switch await context.rendezvous.ending {
            case .failures: return false
            case .play: return true
            case .batch, nil: break
            }
            // A batch whose hosts all failed stops the run.
            if batch.allSatisfy(hasFailed) { return false }
            if isStopping { return false }
        }
        return true
    }

    /// What earlier plays have done is to be told all the same.
    private func fail(_ hosts: [String], of play: Play, index: Int, with problem: Problem) async {
        let context = PlayContext(
            play: play, index: index, directory: play.directory, allHosts: hosts, batch: hosts, site: site)
        for host in hosts { await HostRun(host: host, context: context, later: []).fail(problem) }
    }

    /// The plays still to come, as one batch each: enough to look ahead by.
    private func contexts(after index: Int, plan: [[String]]) -> [PlayContext] {
        playbook.plays.indices.dropFirst(index + 1).map { later in
            PlayContext(
                play: playbook.plays[later], index: later, directory: playbook.plays[later].directory,
                allHosts: plan[later],
                batch: plan[later], site: site)
        }
    }

    /// Numbers and percentages, one a batch; the last counts for all that follow.
    private func batchSizes(of play: Play, index: Int, hosts: [String]) throws -> [BatchSize] {
        guard let node = play.serialTemplate, let host = hosts.first else { return play.serial }
        let context = PlayContext(
            play: play, index: index, directory: play.directory, allHosts: hosts, batch: hosts, site: site)
        let scope = ScopeSource(site: site, host: host, play: context, task: nil).scope()
        let value = try site.templating.value(of: node, in: scope)
        return try (value.list ?? [value]).map { value in
            guard let size = BatchSize(value) else {
                throw Problem(
                    "serial: expected a number of hosts or a percentage, found \(value.json())", at: node.place)
            }
            return size
        }
    }

    /// - Throws: `Problem` when `--start-at-task` names no task.
    private func checkStart() throws {
        guard let label = site.options.startAtTask else { return }
        let tasks = playbook.plays.flatMap { $0.sections.flatMap(\.allTasks) }
        guard !tasks.contains(where: { $0.isNamed(label) }) else { return }
        throw Problem(
            "no task is named '\(label)'",
            hint: Suggestion.hint(for: label, among: tasks.flatMap { [$0.name?.string, $0.label].compactMap { $0 } }))
    }

    /// Whether it counts for a batch that failed as a whole.
    private func hasFailed(_ host: String) -> Bool {
        guard let memory = try? site.memory(of: host) else { return true }
        let skipsLost = site.options.skipsUnreachable
        return memory.read { $0.isOut && !(skipsLost && $0.recap.unreachable != nil) }
    }

    private func isOut(_ host: String) -> Bool { (try? site.memory(of: host))?.read(\.isOut) ?? true }

    private func recap(of hosts: Set<String>) -> Recap {
        let names = site.inventory.hosts.keys + hosts.filter(site.inventory.isImplicit).sorted()
        return Recap(
            hosts: names.uniqued().filter(hosts.contains).compactMap { try? site.memory(of: $0).read(\.recap) })
    }
}

/// `--start-at-task`: everything before the first task of that name is passed over.
struct StartPosition {
    private var label: String?

    init(label: String?) { self.label = label }

    /// The task to begin at in this play; `.max` when it comes in a later play.
    mutating func skipping(in play: Play) -> Int {
        guard let label else { return 0 }
        let tasks = play.sections.flatMap(\.allTasks)
        guard let first = tasks.first(where: { $0.isNamed(label) }) else { return .max }
        self.label = nil
        return first.id
    }
}

extension PlaybookTask {
    fileprivate func isNamed(_ label: String) -> Bool { self.label == label || name?.string == label }
}

extension [String] {
    func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

/// Runs the body for every element, at most so many at a time, and waits for all.
func concurrently<Element: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) async -> Void
) async {
    await withTaskGroup(of: Void.self) { group in
        var rest = elements[...]
        for element in rest.prefix(max(1, limit)) { group.addTask { await body(element) } }
        rest = rest.dropFirst(max(1, limit))
        while await group.next() != nil {
            guard let element = rest.popFirst() else { continue }
            group.addTask { await body(element) }
        }
    }
}
