import OrderedCollections
import Remote
import YAML

/// The state a systemd unit is to have: what `service` and `systemd` come to.
struct UnitWish: Sendable {
    enum State: String, Sendable, CaseIterable { case started, stopped, restarted, reloaded }

    var name: String
    var state: State?
    var enabled: Bool?
    var masked: Bool?
    /// Reads unit files anew before anything else is done, and when the unit's own file has changed.
    var reloadsUnits = false

    /// With its suffix.
    var unit: String {
        let suffixes = [
            "service", "socket", "timer", "target", "mount", "automount", "path", "slice", "swap", "device", "scope",
        ]
        return suffixes.contains { name.hasSuffix(".\($0)") } ? name : name + ".service"
    }

    /// - Throws: `ModuleFailure` when there is no such unit.
    func converge(_ unit: UnitFinding) throws -> Convergence {
        guard unit.exists || (state == nil && enabled == nil && masked != false) else {
            throw ModuleFailure(
                "could not find the requested service \(name)", result: ["name": .string(name), "status": [:]])
        }
        var steps = installation(unit) + activation(unit)
        var result = result(unit)
        if reloadsUnits, unit.needsReload || !steps.isEmpty {
            if steps.isEmpty {
                steps.append(("read the changed unit file", []))
                // The unit is as it was, which is what Ansible's `changed` tells.
                result["changed"] = false
            }
            steps[0].commands.insert("systemctl daemon-reload", at: 0)
        }
        return Convergence(
            steps.map { Change($0.summary, by: .changes(.lines(["set -e", "export LC_ALL=C"] + $0.commands))) },
            result: result)
    }

    private typealias Step = (summary: String, commands: [Shell])

    private func installation(_ present: UnitFinding) -> [Step] {
        var steps: [Step] = []
        if let masked, masked != present.isMasked {
            steps.append(masked ? ("mask", ["systemctl mask -- \(unit)"]) : ("unmask", ["systemctl unmask -- \(unit)"]))
        }
        if let enabled, enabled != present.isEnabled {
            steps.append(
                enabled
                    ? ("enable at boot", ["systemctl enable -- \(unit)"])
                    : ("disable at boot", ["systemctl disable -- \(unit)"]))
        }
        return steps
    }

    private func activation(_ present: UnitFinding) -> [Step] {
        switch state {
        case .started where !present.isRunning: [("start", [attempt("start")])]
        case .stopped where present.isRunning || present.properties["ActiveState"] == "deactivating":
            [("stop", ["systemctl stop -- \(unit)"])]
        case .restarted: [(present.isRunning ? "restart" : "start", [attempt("restart")])]
        case .reloaded: [present.isRunning ? ("reload", [attempt("reload")]) : ("start", [attempt("start")])]
        default: []
        }
    }

    /// systemctl says only that it failed: the last words of the unit's own processes say why; those of systemd do where
    /// no process came to speak.
    private func attempt(_ verb: String) -> Shell {
        """
        systemctl \(verb) -- \(unit) || {
        status=$?
        start=$(systemctl show --property InvocationID --value -- \(unit))
        why=$(journalctl -q --no-pager -o cat -n 6 "_SYSTEMD_INVOCATION_ID=$start" _SYSTEMD_UNIT=\(unit)) || :
        [ -n "$why" ] || why=$(journalctl -q --no-pager -o cat -n 4 -u \(unit)) || :
        printf '%s\\n' "$why" >&2
        exit "$status"
        }
        """
    }

    private func result(_ present: UnitFinding) -> ValueMap {
        var result: ValueMap = ["name": .string(name)]
        switch state {
        case .stopped: result["state"] = "stopped"
        case .some: result["state"] = "started"
        case nil: break
        }
        if let enabled { result["enabled"] = .bool(enabled) }
        let status = present.properties.sorted { $0.key < $1.key }.map { (Value.string($0), Value.string($1)) }
        result["status"] = .map(ValueMap(uniqueKeysWithValues: status))
        return result
    }
}
