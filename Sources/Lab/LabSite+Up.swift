import Glibc
import SystemPackage

/// What `lab up` is asked for.
package struct LabRequest: Hashable, Sendable {
    /// Nil when the user names none: the servers that the lab has already, or the seven of the site.
    package var servers: [LabHost]?
    package var spares: [LabHost]

    package init(servers: [LabHost]? = nil, spares: [LabHost] = []) {
        self.servers = servers
        self.spares = spares
    }

    /// The hosts of a lab that has these; nil for a lab that does not exist yet. Hosts are added, never taken away.
    func hosts(present: [LabHost]?) -> [LabHost] {
        Topology.union(present ?? [], (servers ?? (present == nil ? Topology.site : [])) + spares)
    }
}

extension LabSite {
    /// Room for what a site's playbooks install.
    private static let neededMB = 1000

    /// Boots the lab: what runs is left alone, what died is repaired, what is missing is made.
    package func up(_ request: LabRequest = LabRequest()) async throws -> LabReport {
        try Prerequisites.requireRoot(for: "up")
        try Prerequisites.requirePackages()
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        try await finishPurge()
        try await requireFreeSubnet()
        let image = try await imageForLab()
        let record = try prepareRecord(request, image: image.key)
        try await step("keys and inventory") { try await writeKeys(record) }
        try await step("network \(name.subnet)") { try await raiseNetwork() }
        try await step("boot \(record.hosts.count) hosts") { try await boot(record, on: image.root) }
        return try await report()
    }

    /// The image that the lab already stands on, else the current one.
    private func imageForLab() async throws -> (key: String, root: FilePath) {
        if let key = try LabRecord.load(from: paths.record, of: name)?.image {
            let root = BaseImage.path(key: key, in: paths.cache)
            guard root.exists else { throw LabError.imageGone(key: key, lab: name) }
            return (key, root)
        }
        let image = BaseImage(
            spec: ImageSpec(mirror: AptSettings.mirrorOfThisMachine), cache: paths.cache, machine: machine,
            progress: progress)
        let title = "base image, Debian \(image.spec.suite)"
        return (image.spec.key, try await step(title) { try await image.ensure() })
    }

    private func prepareRecord(_ request: LabRequest, image: String) throws -> LabRecord {
        try paths.privateKey.removingLastComponent().makeFolders()
        guard paths.state.freeMB >= Self.neededMB else {
            throw LabError.diskFull(paths.state, freeMB: paths.state.freeMB, neededMB: Self.neededMB)
        }
        let present = try LabRecord.load(from: paths.record, of: name)
        var record = present ?? LabRecord(image: image, hosts: [], secrets: .generated())
        record.hosts = request.hosts(present: present?.hosts)
        record.secrets.complete()
        try record.save(to: paths.record)
        return record
    }

    private func requireFreeSubnet() async throws {
        let addresses = InterfaceAddress.parse(try await machine.require(Command("ip", ["-4", "-o", "addr", "show"])))
        for address in addresses where address.interface != name.bridge && name.subnet.overlaps(address.cidr) {
            throw LabError.subnetTaken(name.subnet, interface: address.interface)
        }
    }

    private func raiseNetwork() async throws {
        let network = network()
        try FilePath("/proc/sys/net/ipv4/ip_forward").put("1")
        for command in network.bridge(exists: FilePath("/sys/class/net/\(name.bridge)").exists) {
            try await machine.require(command)
        }
        try await machine.require(network.translation)
        try await admitForwarding(network)
    }

    private func admitForwarding(_ network: NetworkPlan) async throws {
        guard ProgramPath.find(NetworkPlan.forwarding.program) != nil,
            try await machine.run(NetworkPlan.forwarding, line: nil).output.contains("-P FORWARD DROP")
        else { return }
        for rule in network.admissions {
            let present = try await machine.run(Command("iptables", ["-w", "-C", "FORWARD"] + rule), line: nil)
            if present.failure == nil { continue }
            try await machine.require(Command("iptables", ["-w", "-I", "FORWARD"] + rule))
        }
    }

    private func boot(_ record: LabRecord, on image: FilePath) async throws {
        try KernelLimits.raise()
        let start = ContinuousClock.now
        try await onAll(record.hosts) { host in
            let present = try await ensureRunning(host, record: record, image: image)
            if !present { progress(.ended(host.name, after: ContinuousClock.now - start)) }
        }
    }
}

extension AptSettings {
    static var mirrorOfThisMachine: String {
        let folder: FilePath = "/etc/apt/sources.list.d"
        let files = folder.entries.map { folder.appending($0) } + ["/etc/apt/sources.list"]
        return mirror(sources: files.compactMap { try? $0.text() })
    }
}
