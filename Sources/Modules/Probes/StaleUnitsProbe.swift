package import Remote

/// The loaded units whose files have changed since systemd read them.
package struct StaleUnitsProbe: Probe {
    package init() {}

    package static func shell(for probes: [StaleUnitsProbe]) -> Shell {
        "LC_ALL=C systemctl show -p Id,NeedDaemonReload -- '*'"
    }

    package static func parse(_ reply: Reply, for probes: [StaleUnitsProbe]) throws -> [[String]] {
        guard reply.succeeded else { throw ModuleFailure("looking at units failed", reply) }
        let blocks = reply.output.split(separator: "\n\n")
        let stale = blocks.filter { $0.contains("NeedDaemonReload=yes") }.compactMap { block in
            block.split(separator: "\n").first { $0.hasPrefix("Id=") }.map { String($0.dropFirst(3)) }
        }
        return probes.map { _ in stale }
    }
}
