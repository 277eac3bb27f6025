import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `community.general.supervisorctl`: a program (or a group, written `name:`) of Supervisor is there, runs or rests.
struct SupervisorctlModule: Convergent {
    static let spec = ModuleSpec(
        "community.general.supervisorctl", summary: "Manages a program or a group of Supervisor.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("state", required: true, choices: State.allCases.map(\.rawValue)),
            ArgumentSpec("config", .path), ArgumentSpec("server_url"), ArgumentSpec("supervisorctl_path", .path),
            ArgumentSpec("stop_before_removing", .bool),
        ])

    enum State: String, CaseIterable, Sendable { case absent, present, restarted, started, stopped }

    let name: String
    let state: State
    let stopsBeforeRemoving: Bool
    let control: SupervisorControl

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        state = try arguments.string("state").flatMap(State.init(rawValue:)) ?? .present
        stopsBeforeRemoving = try arguments.bool("stop_before_removing") ?? false
        control = SupervisorControl(
            path: try arguments.string("supervisorctl_path") ?? "supervisorctl",
            config: try arguments.string("config"), serverURL: try arguments.string("server_url"))
    }

    private var probe: SupervisorStatusProbe { SupervisorStatusProbe(control: control) }
    package var probes: [any Probe] { [probe] }

    func converge(_ findings: Findings) throws -> Convergence {
        switch try findings(probe) {
        case .unavailable(let reason): throw ModuleFailure("supervisor cannot be asked: \(reason)")
        case .processes(let all): try converge(all.filter(isMeant))
        }
    }

    private func converge(_ processes: [SupervisorStatusProbe.Process]) throws -> Convergence {
        let running = processes.filter { ["RUNNING", "STARTING"].contains($0.state) }
        switch state {
        case .present where processes.isEmpty: return Convergence([add])
        case .absent where !processes.isEmpty: return Convergence([remove])
        case .present, .absent: return Convergence()
        case .started, .stopped, .restarted:
            guard !processes.isEmpty else {
                throw ModuleFailure("supervisor knows no program '\(name)'", result: ["name": .string(name)])
            }
        }
        switch state {
        case .started where running.count < processes.count: return Convergence([start])
        case .stopped where !running.isEmpty: return Convergence([stop])
        case .restarted: return Convergence([restart])
        default: return Convergence()
        }
    }

    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        ["name": .string(name), "state": .string(state.rawValue)]
    }
}

extension SupervisorctlModule {
    /// `name` and `group:name` are one program; `group:` is all programs of the group.
    private func isMeant(_ process: SupervisorStatusProbe.Process) -> Bool {
        if name.hasSuffix(":") { return process.name.hasPrefix(name) || process.name == group }
        return process.name == name || process.name == "\(name):\(name)"
    }

    /// The group that holds the program: Supervisor adds and removes only whole groups.
    private var group: String { name.split(separator: ":").first.map(String.init) ?? name }

    /// What start, stop and restart are told: all of a group is `group:*`.
    private var target: String { name.hasSuffix(":") ? name + "*" : name }

    private var add: Change {
        Change("add \(name) to supervisor", by: .changes(.lines([call(["reread"]), call(["add", group])])))
    }

    private var remove: Change {
        let stop = stopsBeforeRemoving ? [call(["stop", target])] : []
        return Change(
            "remove \(name) from supervisor", by: .changes(.lines(stop + [call(["reread"]), call(["remove", group])])))
    }

    private var start: Change { Change("start \(name)", by: .changes(call(["start", target]))) }
    private var stop: Change { Change("stop \(name)", by: .changes(call(["stop", target]))) }

    /// The group's own changed configuration is taken first, and only that: a plain `update` would restart others too.
    /// Stop and start instead of `restart`, whose exit status is 1 for a program that was not running.
    private var restart: Change {
        let stop: Shell = "\(control.command(["stop", target])) >/dev/null 2>&1 || :"
        return Change(
            "restart \(name)",
            by: .changes(.lines([call(["reread"]), call(["update", group]), stop, call(["start", target])])))
    }

    /// supervisorctl says ERROR in its text in cases where its exit status is 0.
    private func call(_ words: [String]) -> Shell {
        """
        out=$(\(control.command(words)) 2>&1) || fault=$?
        printf '%s\\n' "$out"
        case "${fault:-0}$out" in 0*ERROR*|[1-9]*) printf '%s\\n' "$out" >&2; exit 1;; esac
        """
    }
}
