import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `systemd`: a unit's state, enablement and mask, and systemd's knowledge of unit files.
package struct SystemdModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.systemd_service", aliases: ["ansible.builtin.systemd", "systemd"],
        summary: "Controls a systemd unit.",
        arguments: [
            ArgumentSpec("name", aliases: ["service", "unit"]),
            ArgumentSpec("state", choices: UnitWish.State.allCases.map(\.rawValue)),
            ArgumentSpec("enabled", .bool),
            ArgumentSpec("masked", .bool),
            ArgumentSpec("daemon_reload", .bool, aliases: ["daemon-reload"]),
            ArgumentSpec("scope", choices: ["system"]),
        ])

    private let wish: UnitWish?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        // The one choice that there is.
        _ = try arguments.string("scope")
        let reloadsUnits = try arguments.bool("daemon_reload") ?? false
        guard let name = try arguments.string("name") else {
            guard reloadsUnits else {
                throw Problem("systemd needs name or daemon_reload", at: arguments.place("name"))
            }
            if let other = ["state", "enabled", "masked"].first(where: arguments.has) {
                throw arguments.problem(other, "needs name")
            }
            wish = nil
            return
        }
        wish = UnitWish(
            name: name, state: try arguments.string("state").flatMap(UnitWish.State.init),
            enabled: try arguments.bool("enabled"), masked: try arguments.bool("masked"), reloadsUnits: reloadsUnits)
    }

    package var probes: [any Probe] {
        guard let wish else { return [StaleUnitsProbe()] }
        return [UnitProbe(wish.unit)]
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        if let wish { return try wish.converge(findings(UnitProbe(wish.unit))) }
        let stale = try findings(StaleUnitsProbe())
        guard !stale.isEmpty else { return Convergence() }
        let summary = "read the changed unit files of \(stale.joined(separator: ", "))"
        // As with Ansible, no unit is another than it was.
        return Convergence(
            [Change(summary, by: .changes("systemctl daemon-reload"))], result: ["changed": false])
    }
}
