import YAML

/// `service`: a service runs or not, and starts at boot or not.
package struct ServiceModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.service", summary: "Starts, stops and enables a service.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("state", choices: UnitWish.State.allCases.map(\.rawValue)),
            ArgumentSpec("enabled", .bool),
            ArgumentSpec("use", choices: ["auto", "systemd"]),
        ])

    private let wish: UnitWish

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        // There is systemd only: the one choice besides `auto`.
        _ = try arguments.string("use")
        wish = UnitWish(
            name: try arguments.requiredString("name"),
            state: try arguments.string("state").flatMap(UnitWish.State.init), enabled: try arguments.bool("enabled"))
        guard wish.state != nil || wish.enabled != nil else {
            throw arguments.problem("name", "nothing is said of the service", hint: "write state or enabled")
        }
    }

    package var probes: [any Probe] { [UnitProbe(wish.unit)] }

    package func converge(_ findings: Findings) throws -> Convergence {
        try wish.converge(findings(UnitProbe(wish.unit)))
    }
}
