package import Remote

/// The state of a systemd unit. All of a host's units are one `systemctl show`.
package struct UnitProbe: Probe {
    /// With its suffix: `nginx.service`.
    package var unit: String

    package init(_ unit: String) {
        self.unit = unit
    }

    static let properties = ["Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "NeedDaemonReload"]

    package static func shell(for probes: [UnitProbe]) -> Shell {
        .lines(
            [
                "export LC_ALL=C SYSTEMD_COLORS=0",
                "systemctl show -p \(properties.joined(separator: ",")) -- \(probes.map(\.unit)) || exit 1",
                "printf '\\0'",
                // Units that systemd makes of init scripts are enabled by links of init's own.
                "started() { if [ -e \"$1\" ]; then printf y; else printf n; fi; }",
            ]
                + probes.map { probe in
                    let script = probe.unit.hasSuffix(".service") ? String(probe.unit.dropLast(8)) : probe.unit
                    return "started /etc/rc[2345].d/S[0-9][0-9]\(script)"
                })
    }

    package static func parse(_ reply: Reply, for probes: [UnitProbe]) throws -> [UnitFinding] {
        guard reply.succeeded, let end = reply.stdout.firstIndex(of: 0) else {
            throw ModuleFailure("looking at units failed", reply)
        }
        let blocks = blocks(String(decoding: reply.stdout[..<end], as: UTF8.self))
        let links = reply.stdout[(end + 1)...].map { $0 == UInt8(ascii: "y") }
        guard blocks.count == probes.count, links.count == probes.count else {
            throw ModuleFailure("looking at units failed", reply)
        }
        return zip(blocks, links).map(UnitFinding.init)
    }

    /// One block of `Key=value` lines a unit, in the order asked for, with empty lines between.
    private static func blocks(_ text: String) -> [[String: String]] {
        var blocks: [[String: String]] = [[:]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                blocks.append([:])
            } else if let equals = line.firstIndex(of: "=") {
                blocks[blocks.count - 1][String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
        }
        return blocks.filter { !$0.isEmpty }
    }
}

/// What systemd says of a unit.
package struct UnitFinding: Sendable, Hashable {
    /// `LoadState`, `ActiveState` … by systemd's names.
    package var properties: [String: String]
    /// An init script is linked to start.
    package var hasStartLink: Bool

    package init(_ properties: [String: String], hasStartLink: Bool = false) {
        self.properties = properties
        self.hasStartLink = hasStartLink
    }

    package var exists: Bool { properties["LoadState"] != "not-found" }
    package var isMasked: Bool {
        properties["UnitFileState"]?.hasPrefix("masked") == true || properties["LoadState"] == "masked"
    }
    package var isRunning: Bool { ["active", "activating", "reloading"].contains(properties["ActiveState"] ?? "") }
    package var needsReload: Bool { properties["NeedDaemonReload"] == "yes" }

    /// As `systemctl is-enabled` answers: units without an [Install] section count as enabled.
    package var isEnabled: Bool {
        switch properties["UnitFileState"] {
        case "enabled", "enabled-runtime", "static", "alias", "indirect", "transient": true
        case "generated", "", nil: hasStartLink
        default: false
        }
    }
}
