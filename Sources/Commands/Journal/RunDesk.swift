import Fleet
import OrderedCollections
import Playbooks
import Remote
import Rollouts
import YAML

/// The journals of a site's runs: this machine's, and those that its app servers keep.
struct RunDesk {
    let local: LocalJournals
    let remote: HostJournal
    /// The app servers.
    let hosts: [String]
    private let site: Site
    private let inventory: [String]

    /// - Parameter loaded: a playbook of the site, whose variables say where the app servers keep their releases.
    init(_ command: PlaybookCommand, _ loaded: PlaybookCommand.Loaded) throws {
        let context = command.context
        site = context.site(loaded.inventory, options: loaded.options, observer: SilentView())
        inventory = try command.flags.inventory.paths()
        local = LocalJournals(environment: context.environment)
        hosts = loaded.inventory.groups["app"] == nil ? [] : try loaded.inventory.hosts(matching: "app")
        let run = PlaybookRun(loaded.playbook, on: site)
        let root = try hosts.first.flatMap { try run.variable("app_root", for: $0)?.string }
        remote = HostJournal(root: root ?? "/app/intchain")
    }

    /// What is known of the site's runs, the newest first.
    struct Findings {
        var runs: [RunRecord]
        /// App servers that did not answer.
        var silent: [String]

        /// By a run's id, the one that took it up, to go on with it or to take it back.
        private var successors: [String: RunRecord] {
            let pairs = runs.filter { $0.outcome != "refused" }
                .compactMap { run in run.first(.begun)?["resumes"].map { ($0, run) } }
            return Dictionary(pairs, uniquingKeysWith: { newest, _ in newest })
        }

        /// What became of a run, in a word or two.
        func outcome(of run: RunRecord) -> String {
            if let successor = successors[run.id] { return successor.kind == "abort" ? "aborted" : "resumed" }
            if run.isOpen, latest?.id != run.id { return "superseded" }
            return run.outcome ?? "unfinished"
        }

        /// What servers were before a run, and those that it goes on with, touched any: the first of them knows.
        func stock(of run: RunRecord) -> RolloutStock? {
            var chain = [run]
            while let before = runs.first(where: { $0.id == chain.last?.resumes }), !chain.contains(before) {
                chain.append(before)
            }
            // What an abort found is what the run before it left.
            return chain.last { $0.kind != "abort" && $0.stock != nil }?.stock
        }

        /// The last one that began to do something, and that none has taken up: operators' clocks may tell a run's
        /// successor to be the earlier one.
        var latest: RunRecord? { runs.first { $0.outcome != "refused" && successors[$0.id] == nil } }

        /// Whether it can be gone on with or taken back: a later rollout has put something else in the place of what it
        /// left.
        func isOpen(_ run: RunRecord) -> Bool { run.isOpen && latest?.id == run.id }

        /// The one that waits to be resumed or aborted.
        var open: RunRecord? { latest.flatMap { isOpen($0) ? $0 : nil } }
    }

    /// Reads the beginning and the end of each journal.
    /// - Parameter limit: how long a server may take.
    func look(within limit: Duration = .seconds(15)) async -> Findings {
        var lines = await local.all()
        // Other sites have their runs on this machine too.
        lines = lines.filter { id, lines in
            RunRecord(id: id, lines: lines)?.inventory.map { $0 == inventory } ?? false
        }
        var silent: [String] = []
        for (host, reply) in await ask(remote.list, within: limit) {
            guard let reply else {
                silent.append(host)
                continue
            }
            for (id, found) in HostJournal.runs(reply) { lines[id, default: []] += found }
        }
        let runs = lines.compactMap { RunRecord(id: $0.key, lines: $0.value) }.sorted {
            ($0.start, $0.id) > ($1.start, $1.id)
        }
        return Findings(runs: runs, silent: silent)
    }

    /// Every line about one run.
    func record(_ id: String) async -> RunRecord? {
        var lines = await local.all()[id] ?? []
        for (_, reply) in await ask(remote.read(id)) { lines += HostJournal.lines((reply?.output ?? "")[...]) }
        return RunRecord(id: id, lines: lines)
    }

    func close() async { await site.closeAll() }

    private func ask(_ fragment: Fragment, within limit: Duration = .seconds(15)) async -> [(String, Reply?)] {
        await withTaskGroup(of: (Int, Reply?).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask { (index, await site.aside(fragment, on: host, within: limit)) }
            }
            var replies = [Reply?](repeating: nil, count: hosts.count)
            for await (index, reply) in group { replies[index] = reply }
            return Array(zip(hosts, replies))
        }
    }
}

extension RunRecord {
    /// The inventories that it was given.
    var inventory: [String]? { first(.begun)?.fields["inventory"]?.list?.compactMap(\.string) }
}
