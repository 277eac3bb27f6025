import Glibc
import SystemPackage

/// What `lab up` is asked for.
package struct LabRequest: Hashable, Sendable {
    /// Nil when the user names none: the hosts that the lab has, or the seven of the site.
    package var hosts: [LabHost]?

    package init(hosts: [LabHost]? = nil) {
        self.hosts = hosts
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
        try await requireFreeSubnet()
        let image = try await imageForLab()
        let record = try prepareRecord(request, image: image.key)
        try await step("keys and inventory") { try await writeKeys(record) }
        try await step("network \(name.subnet)") { try await raiseNetwork() }
        try await step("\(record.hosts.count) hosts") { try await boot(record, on: image.root) }
        return try await report()
    }

    /// The image that the lab already stands on, else the current one.
    private func imageForLab() async throws -> (key: String, root: FilePath) {
        if let key = try LabRecord.load(from: paths.record)?.image {
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
        var record =
            try LabRecord.load(from: paths.record)
            ?? LabRecord(image: image, hosts: request.hosts ?? Topology.site, secrets: .generated())
        record.hosts = Topology.union(record.hosts, request.hosts ?? [])
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
    }

    private func boot(_ record: LabRecord, on image: FilePath) async throws {
        let start = ContinuousClock.now
        try await onAll(record.hosts) { host in
            let present = try await ensureRunning(host, record: record, image: image)
            progress(.detail("\(host.name) \(present ? "is up" : "booted")"))
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
