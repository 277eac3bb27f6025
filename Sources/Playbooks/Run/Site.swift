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
    let secrets: Secrets
    let transports: Transports
    private let memories: [String: HostMemory]
    private let sessions = Mutex<[String: HostSession]>([:])
    private let inventoryBindings: [String: Bindings]
    private let hostVars = Mutex<HostVars?>(nil)
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

    private struct HostVars {
        var version: Int
        var value: Value
    }

    package init(
        inventory: Inventory, options: RunOptions, transports: Transports, http: any HTTPProbe,
        observer: any RunObserver, files: any ProjectFiles = LocalProjectFiles()
    ) {
        self.inventory = inventory
        self.options = options
        self.transports = transports
        self.http = http
        self.observer = observer
        self.files = files
        templating = Templating(files: files)
        secrets = Secrets(options)
        let names = inventory.hosts.keys + (inventory.hosts["localhost"] == nil ? ["localhost"] : [])
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
    func session(of host: String) throws -> HostSession {
        if let session = sessions.withLock({ $0[host] }) { return session }
        let connection = try ConnectionSettings(host: host, site: self)
        let transport = connection.isLocal ? transports.local : transports.ssh
        let made = HostSession(endpoint: connection.endpoint, transport: transport)
        return sessions.withLock { sessions in
            if let session = sessions[host] { return session }
            sessions[host] = made
            return made
        }
    }

    func closeAll() async {
        let open = sessions.withLock { sessions in
            defer { sessions = [:] }
            return Array(sessions.values)
        }
        for session in open { await session.close() }
    }

    /// `hostvars`: what the inventory, facts and registered results say of every host; computed again after a change.
    func hostVarsValue() -> Value {
        let version = memories.values.reduce(0) { $0 + $1.read(\.version) }
        if let known = hostVars.withLock({ $0 }), known.version == version { return known.value }
        var map = ValueMap()
        for host in inventory.hosts.keys {
            let scope = ScopeSource(site: self, host: host, hostVars: .map([:])).scope()
            var own = ValueMap()
            for name in scope.names where name != "hostvars" {
                // A variable that can't be evaluated alone is simply not there for other hosts.
                if let value = try? scope.value(of: name) { own[.string(name)] = value }
            }
            map[.string(host)] = .map(own)
        }
        hostVars.withLock { $0 = HostVars(version: version, value: .map(map)) }
        return .map(map)
    }

    /// A variables file, read once.
    /// - Throws: `Problem`.
    func varsFile(_ path: String, at place: Place?) throws -> Bindings {
        if let known = varsFiles.withLock({ $0[path] }) { return known }
        guard let bytes = files.read(path) else {
            throw Problem("there is no file \(path)", at: place, hint: files.suggestion(for: path))
        }
        let node = try Node.parse(String(decoding: bytes, as: UTF8.self), file: path)
        let log = ProblemLog()
        let bindings = Bindings(node.map { RawVariables(variablesOf: $0, log: log) } ?? [:])
        try log.throwIfAny()
        varsFiles.withLock { $0[path] = bindings }
        return bindings
    }
}
