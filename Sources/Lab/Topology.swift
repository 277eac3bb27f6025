import Diagnostics

/// Which hosts a lab has.
package enum Topology {
    /// The seven servers of the deployment plan.
    package static let site = [
        LabHost(name: "lb1", group: "nginx", octet: 10, memoryMB: 4096),
        LabHost(name: "app1", group: "app", octet: 11, memoryMB: 8192),
        LabHost(name: "app2", group: "app", octet: 12, memoryMB: 8192),
        LabHost(name: "db1", group: "db", octet: 21, memoryMB: 16384),
        LabHost(name: "db2", group: "db", octet: 22, memoryMB: 16384),
        LabHost(name: "redis1", group: "redis", octet: 31, memoryMB: 4096),
        LabHost(name: "redis2", group: "redis", octet: 32, memoryMB: 4096),
    ]

    /// As many spare hosts as fit into the addresses from .101 on.
    package static let mostSpares = 150

    /// The named servers of the site, in the site's order.
    ///
    /// - Throws: `LabError.unknownHost` for a name that is none of the seven.
    package static func servers(named names: [String]) throws(LabError) -> [LabHost] {
        for name in names where !site.contains(where: { $0.name == name }) {
            throw .unknownHost(name, known: site.map(\.name))
        }
        return site.filter { names.contains($0.name) }
    }

    /// Hosts without a role: spare1, spare2, …
    ///
    /// - Throws: `LabError.tooManySpares`.
    package static func spares(_ count: Int) throws(LabError) -> [LabHost] {
        guard (0...mostSpares).contains(count) else { throw .tooManySpares(count) }
        return (0..<count).map { index in
            LabHost(name: "spare\(index + 1)", group: "spare", octet: UInt8(101 + index), memoryMB: 2048)
        }
    }

    /// The hosts of both, in the order of their addresses.
    static func union(_ present: [LabHost], _ added: [LabHost]) -> [LabHost] {
        (present + added.filter { host in !present.contains { $0.name == host.name } }).sorted { $0.octet < $1.octet }
    }
}
