import Diagnostics
package import Fleet
package import Health
import Jinja
import Modules
import OrderedCollections
package import Remote
import Synchronization
import YAML

/// What a run works with: the inventory, the ways to the hosts, and all that is learned on the way.
package final class Site: Sendable {
    package let inventory: Inventory
    package let options: RunOptions
    package let templating: Templating
    package let files: any ProjectFiles
    package let http: any HTTPProbe
    private let observer: any RunObserver
    /// Taken with the run's first change; nil for a run that takes none.
    package let lock: SiteLock?
    let owed: OwedFolder
    /// What asks the run to end in good order.
    package let stop: StopRequest
    /// Is told of every step that may change something; nil for a run that keeps no journal.
    package let journal: (any StepJournal)?
    /// Whom a task may ask; nil where there is nobody.
    let prompt: (any Prompt)?
    let secrets: Secrets
    let transports: Transports
    private let memories: [String: HostMemory]
    private let sessions = Mutex<[String: HostSession]>([:])
    /// How each host's session was opened.
    private let reached = Mutex<[String: ConnectionSettings]>([:])
    /// The first play that reaches each host.
    private let firstPlays = Mutex<[String: PlayContext]>([:])
    private let extent = Mutex(HostFacts.Extent.all)
    private let inventoryBindings: [String: Bindings]
    let extraVars: Bindings
    /// `groups`: every group's hosts.
    let groups: Value
    /// Hosts at work at once, where all of them have to be on their way.
    let workers: Turn
    private let hostVars = Mutex<HostVars>(HostVars())
    private let varsFiles = Mutex<[String: Bindings]>([:])

    /// The ways to reach hosts, by `ansible_connection`.
    package struct Transports: Sendable {
        package var ssh: any Transport
        package var local: any Transport

        package init(ssh: any Transport, local: any Transport) {
            self.ssh = ssh
            self.local = local
        }
    }

    /// What hosts know of one another, each host's under the version it was worked out from.
    private struct HostVars {
        var version = -1
        var versions: [String: Int] = [:]
        var all: ValueMap = [:]
    }

    package init(
        inventory: Inventory, options: RunOptions, transports: Transports, http: any HTTPProbe,
        observer: any RunObserver, files: any ProjectFiles = LocalProjectFiles(), lock: SiteLock? = nil,
        stop: StopRequest = StopRequest(), owed: OwedFolder = OwedFolder(), journal: (any StepJournal)? = nil,
        prompt: (any Prompt)? = nil
    ) {
        self.inventory = inventory
        self.options = options
        self.transports = transports
        self.http = http
        self.observer = observer
        self.files = files
        self.lock = lock
        self.stop = stop
        self.owed = owed
        self.journal = journal
        self.prompt = prompt
        secrets = Secrets(options)
        templating = Templating(files: files, secrets: secrets)
        extraVars = Bindings(options.extraVars)
        workers = Turn(places: options.forks)
        groups = .map(
            ValueMap(
                uniqueKeysWithValues: inventory.groups.keys.map { name in
                    (Value.string(name), Value.list(inventory.allHosts(in: name).map(Value.string)))
                }))
        let names = inventory.hosts.keys + ["localhost", "127.0.0.1", "::1"].filter(inventory.isImplicit)
        memories = Dictionary(uniqueKeysWithValues: names.map { ($0, HostMemory(host: $0)) })
        inventoryBindings = Dictionary(
            uniqueKeysWithValues: inventory.hosts.keys.map { ($0, Bindings(inventory.variables(of: $0))) })
    }

    /// Tells what happens, with asterisks in the place of secrets.
    func tell(_ event: RunEvent) async { await observer.observe(secrets.redacted(event)) }

    func memory(of host: String) throws -> HostMemory {
        guard let memory = memories[host] else {
            throw Problem(
                "there is no host '\(host)' in the inventory",
                hint: Suggestion.hint(for: host, among: inventory.hosts.keys))
        }
        return memory
    }

    /// Variables of the inventory, as written.
    func bindings(of host: String) -> Bindings { inventoryBindings[host] ?? [:] }

    /// The session of a host, opened when first used.
    /// - Parameter source: the variables of the play that asks.
    func session(of host: String, in source: ScopeSource? = nil) throws -> HostSession {
        if let session = sessions.withLock({ $0[host] }) { return session }
        let connection = try ConnectionSettings(host: host, site: self, source: source)
        let transport = connection.isLocal ? transports.local : transports.ssh
        // The operator's own machine is no part of the site: it may serve several at once.
        let held = inventory.isImplicit(host) ? nil : lock.map { hostLock(of: host, $0) }
        let made = HostSession(
            endpoint: connection.endpoint, transport: transport, lock: held, owed: owed,
            facts: extent.withLock { $0 })
        return sessions.withLock { sessions in
            if let session = sessions[host] { return session }
            sessions[host] = made
            reached.withLock { $0[host] = connection }
            return made
        }
    }

    /// Who reaches a host first says in which way: where it is reached for no task of its own, that is looked up here.
    func expect(_ plays: [PlayContext]) {
        firstPlays.withLock { first in
            for play in plays { for host in play.reachedHosts where first[host] == nil { first[host] = play } }
        }
    }

    /// The variables by which a host is reached where no task asks.
    func way(to host: String) -> ScopeSource {
        guard let play = firstPlays.withLock({ $0[host] }) else {
            return ScopeSource(site: self, host: host, hostVars: .map([:]))
        }
        play.expectVarsFiles(of: host)
        return ScopeSource(site: self, host: host, play: play, task: nil)
    }

    /// Where only the run can tell who is delegated to: the host may be reached in another way already.
    /// - Throws: `Problem` naming the variable.
    func requireOneWay(to host: String, in source: ScopeSource, at place: Place?) throws {
        guard let before = reached.withLock({ $0[host] }) else { return }
        guard let name = try ConnectionSettings(host: host, site: self, source: source).difference(from: before) else {
            return
        }
        throw Problem(
            "'\(name)' is not the same in all plays of \(host): a run reaches a host in one way", at: place,
            hint: "set it in the inventory, or alike in each of these plays")
    }

    private func hostLock(of host: String, _ lock: SiteLock) -> HostLock {
        HostLock(host: host, lock: lock, candidates: Array(inventory.hosts.keys)) { [weak self] candidate in
            guard let self else { throw CancellationError() }
            return (try session(of: candidate), try BecomeSettings.root(of: candidate, site: self))
        }
    }

    /// Has hosts forget the owed handlers that have run, where no change took that along.
    func settleOwed() async {
        guard !options.check else { return }
        let open = sessions.withLock { Array($0.values) }
        await concurrently(open, limit: options.forks) { await $0.settleRest() }
    }

    /// Where no play of a run gathers facts, hosts are asked for their own only.
    func expectFacts(of plays: [Play]) {
        extent.withLock { $0 = plays.contains(where: \.gatherFacts) ? .all : .own }
    }

    /// What was seen of the host is looked at again.
    func outdate(_ host: String) async { await sessions.withLock { $0[host] }?.outdate() }

    /// Ends every connection.
    package func closeAll() async {
        let open = sessions.withLock { sessions in
            defer { sessions = [:] }
            return Array(sessions.values)
        }
        for session in open { await session.close() }
        reached.withLock { $0 = [:] }
        firstPlays.withLock { $0 = [:] }
    }

    /// What is known of a host; it is asked when nobody has asked it yet.
    /// - Parameter ahead: what else to look at in the same round trip.
    /// - Throws: `TransportError`, `Problem`.
    func facts(
        of host: String, as account: Become?, in source: ScopeSource? = nil, ahead: LookAhead? = nil
    ) async throws -> HostFacts {
        let memory = try memory(of: host)
        let known = memory.read(\.facts)
        guard known.values.isEmpty else { return known }
        let clock = ContinuousClock()
        let start = clock.now
        let facts = try await session(of: host, in: source).facts(as: account) { ahead?.probes() ?? [] }
        memory.learn(facts)
        await tell(.hostConnected(host: host, after: clock.now - start))
        return facts
    }

    /// `hostvars`: what the inventory, facts and registered results say of every host; a host's is computed again only
    /// after a change of its own.
    func hostVarsValue() -> Value {
        var known = hostVars.withLock { $0 }
        let versions = inventory.hosts.keys.map { memories[$0]?.read(\.version) ?? 0 }
        let version = versions.reduce(0, +)
        guard known.version != version else { return .map(known.all) }
        for (host, version) in zip(inventory.hosts.keys, versions) where known.versions[host] != version {
            known.all[.string(host)] = .map(variables(of: host))
            known.versions[host] = version
        }
        known.version = version
        hostVars.withLock { [known] in $0 = known }
        return .map(known.all)
    }

    private func variables(of host: String) -> ValueMap {
        let scope = ScopeSource(site: self, host: host, hostVars: .map([:])).scope()
        var own = ValueMap()
        for name in scope.names where name != "hostvars" {
            // A variable that can't be evaluated alone is simply not there for other hosts.
            if let value = try? scope.value(of: name) { own[.string(name)] = value }
        }
        return own
    }

    /// A variables file, read once.
    /// - Throws: `Problem`.
    func varsFile(_ path: String, at place: Place?) throws -> Bindings {
        if let known = varsFiles.withLock({ $0[path] }) { return known }
        guard let bytes = files.read(path) else {
            throw Problem("there is no file \(path)", at: place, hint: files.suggestion(for: path))
        }
        let node = try Node.parse(String(utf8: bytes, file: path), file: path)
        let log = ProblemLog()
        let bindings = Bindings(node.map { RawVariables(variablesOf: $0, log: log) } ?? [:])
        try log.throwIfAny()
        varsFiles.withLock { $0[path] = bindings }
        return bindings
    }
}
