import Modules
import Synchronization
import OrderedCollections
import YAML

/// One play with the hosts of one batch: what all its tasks share.
final class PlayContext: Sendable {
    let play: Play
    /// Its number among the run's plays, from 0.
    let index: Int
    let directory: String
    /// Every host of the pattern.
    let allHosts: [String]
    /// Those of this batch.
    let batch: [String]
    let site: Site
    let rendezvous: Rendezvous
    /// Hosts have to go step by step: something in the play looks at what all of them did.
    let isLockstep: Bool
    /// Hosts meet somewhere in the play, so that all of them must be on their way at once.
    let meets: Bool
    let layers: PlayLayers
    private let throttles = Mutex<[Int: Turn]>([:])
    private let loadedVarsFiles = Mutex<[String: [Bindings]]>([:])

    init(play: Play, index: Int, directory: String, allHosts: [String], batch: [String], site: Site) {
        self.play = play
        self.index = index
        self.directory = directory
        self.allHosts = allHosts
        self.batch = batch
        self.site = site
        rendezvous = Rendezvous(hosts: batch, tolerated: play.maxFailPercentage)
        let tasks = play.sections.flatMap(\.allTasks) + play.handlers
        let isLockstep =
            play.maxFailPercentage != nil || play.strategy == .linear || play.keywords.anyErrorsFatal == true
            || tasks.contains { $0.keywords.anyErrorsFatal == true }
        self.isLockstep = isLockstep
        meets = isLockstep || tasks.contains(where: \.meets)
        layers = PlayLayers(play)
    }

    /// The play's variables files as they are for a host.
    func varsFiles(of host: String) -> [Bindings] { loadedVarsFiles.withLock { $0[host] ?? [] } }

    /// The hosts that still take part.
    func activeHosts(of hosts: [String]) -> [String] {
        hosts.filter { host in
            (try? site.memory(of: host))?.read { !$0.isOut && !$0.endedPlays.contains(index) } == true
        }
    }

    /// Does a host's work when its turn comes: where hosts meet, all of them are on their way, and only so many at work.
    func working<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        meets ? try await site.workers.taking(body) : try await body()
    }

    /// The places at a task of which only so many hosts may be at work at once.
    func places(at task: PlaybookTask, count: Int) -> Turn {
        throttles.withLock { throttles in
            let turn = throttles[task.id] ?? Turn(places: count)
            throttles[task.id] = turn
            return turn
        }
    }

    /// The tasks of each section that the flags select.
    func section(_ items: [Item]) -> [Item] { items.selected(by: site.options) }

    /// The same for a host that may have no part in the play: what hangs on facts that nobody has asked for stays out.
    func expectVarsFiles(of host: String) {
        guard loadedVarsFiles.withLock({ $0[host] == nil }) else { return }
        try? loadVarsFiles(for: host)
    }

    /// Its hosts, and those that it names to do work for them.
    var reachedHosts: [String] { allHosts + play.delegates }

    /// Reads `vars_files` for a host, whose facts may be in their names.
    func loadVarsFiles(for host: String) throws {
        guard !play.varsFiles.isEmpty else { return }
        let scope = ScopeSource(site: site, host: host, play: self, task: nil).scope()
        let loaded = try play.varsFiles.map { node -> Bindings in
            let candidates = try (node.sequence ?? [node]).map {
                ProjectPath.join(directory, try site.templating.text($0, in: scope, what: "vars_files"))
            }
            let found = candidates.first { site.files.exists($0) } ?? candidates.first ?? ""
            return try site.varsFile(found, at: node.place)
        }
        loadedVarsFiles.withLock { $0[host] = loaded }
    }
}

extension [Item] {
    /// Those that the flags' tags select.
    func selected(by options: RunOptions) -> [Item] {
        compactMap { item in
            switch item {
            case .task(let task): options.selects(tags: task.keywords.tags) ? item : nil
            case .block(var block):
                {
                    block.body = block.body.selected(by: options)
                    block.rescue = block.rescue.selected(by: options)
                    block.always = block.always.selected(by: options)
                    return block.body.isEmpty && block.always.isEmpty ? nil : .block(block)
                }()
            case .include(let include):
                options.selects(tags: include.task.keywords.tags)
                    ? .include(
                        Include(
                            task: include.task, choices: include.choices.mapValues { $0.selected(by: options) })) : nil
            }
        }
    }
}

/// The layers of variables that a play itself brings, made once.
struct PlayLayers: Sendable {
    let roleDefaults: [String: Bindings]
    let vars: Bindings
    let roleVars: [String: Bindings]
    /// Those whose variables everyone sees, in the order of the play.
    let roles: [String]
    let names: [String]

    init(_ play: Play) {
        roles = play.roles.filter(\.isPublic).map(\.name)
        names = play.roles.map(\.name)
        vars = Bindings(play.vars)
        roleDefaults = Dictionary(play.roles.map { ($0.name, Bindings($0.defaults)) }) { first, _ in first }
        roleVars = Dictionary(play.roles.map { ($0.name, Bindings($0.vars)) }) { first, _ in first }
    }

    /// A layer of every role, the task's own role last, so that it wins.
    static func ordered(_ layers: [String: Bindings], _ roles: [String], own: String?) -> [Bindings] {
        let others = roles.filter { $0 != own }.compactMap { layers[$0] }
        return others + (own.flatMap { layers[$0] }.map { [$0] } ?? [])
    }
}
