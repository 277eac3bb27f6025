import Modules
import Synchronization
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
    let roleDefaults: [Bindings]
    private let loadedVarsFiles = Mutex<[Bindings]>([])

    init(play: Play, index: Int, directory: String, allHosts: [String], batch: [String], site: Site) {
        self.play = play
        self.index = index
        self.directory = directory
        self.allHosts = allHosts
        self.batch = batch
        self.site = site
        rendezvous = Rendezvous(hosts: batch)
        roleDefaults = play.roles.map { Bindings($0.defaults) }
    }

    var varsFiles: [Bindings] { loadedVarsFiles.withLock { $0 } }

    /// The batch's hosts that still take part.
    func activeHosts() -> [String] {
        allHosts.filter { host in (try? site.memory(of: host))?.read(\.isOut) == false }
    }

    /// Hosts have to go step by step: something in the play looks at what all of them did.
    var isLockstep: Bool {
        play.anyErrorsFatal || play.maxFailPercentage != nil || play.strategy == .linear
    }

    /// The tasks of each section that the flags select.
    func section(_ items: [Item]) -> [Item] {
        items.compactMap { item in
            switch item {
            case .task(let task): site.options.selects(tags: task.keywords.tags) ? item : nil
            case .block(var block):
                {
                    block.body = section(block.body)
                    block.rescue = section(block.rescue)
                    block.always = section(block.always)
                    return block.body.isEmpty && block.always.isEmpty ? nil : .block(block)
                }()
            }
        }
    }

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
        loadedVarsFiles.withLock { $0 = loaded }
    }
}
