import Diagnostics
import OrderedCollections
package import Remote
package import YAML

/// `package`: packages by the host's own manager.
package struct PackageModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.package", summary: "Installs, upgrades and removes packages by the host's own manager.",
        hangsOnHost: true,
        arguments: [
            ArgumentSpec("name", .list(.string), required: true),
            ArgumentSpec("state", required: true, choices: ["present", "installed", "absent", "removed", "latest"]),
            ArgumentSpec("use", choices: ["auto", "apt", "dnf", "yum"]),
            ArgumentSpec("update_cache", .bool),
        ])

    private let chosen: any Convergent

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        var values: [String: Value] = [:]
        for name in arguments.names where name != "use" { values[name] = arguments.raw(name) }
        switch try Self.manager(arguments, context.facts) {
        case "apt":
            if values["state"] == "installed" { values["state"] = "present" }
            if values["state"] == "removed" { values["state"] = "absent" }
            chosen = try AptModule(Arguments(values, for: AptModule.spec, at: arguments.place("name")), in: context)
        default:
            chosen = try DnfModule(Arguments(values, for: DnfModule.spec, at: arguments.place("name")), in: context)
        }
    }

    package var probes: [any Probe] { chosen.probes }

    package func converge(_ findings: Findings) throws -> Convergence { try chosen.converge(findings) }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        chosen.result(of: convergence, replies: replies)
    }

    private static func manager(_ arguments: Arguments, _ facts: HostFacts) throws -> String {
        if let named = try arguments.string("use"), named != "auto" { return named }
        switch facts.osFamily {
        case "Debian": return "apt"
        case "RedHat": return "dnf"
        default:
            throw arguments.problem(
                "name", "hosts of the family '\(facts.osFamily)' have no package manager that is known here",
                hint: "supported are Debian and RedHat; say which with use")
        }
    }
}
