import Diagnostics
import OrderedCollections
package import Remote
package import YAML

/// `dnf`: packages of CentOS, RHEL and their kin, several in one transaction.
package struct DnfModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.dnf", aliases: ["yum", "ansible.builtin.yum"],
        summary: "Installs, upgrades and removes RPM packages.",
        arguments: [
            ArgumentSpec("name", .list(.string), required: true, aliases: ["pkg"]),
            ArgumentSpec("state", choices: ["present", "installed", "absent", "removed", "latest"]),
            ArgumentSpec("enablerepo", .list(.string)),
            ArgumentSpec("disablerepo", .list(.string)),
            ArgumentSpec("exclude", .list(.string)),
            ArgumentSpec("update_cache", .bool, aliases: ["expire-cache"]),
            ArgumentSpec("autoremove", .bool),
            ArgumentSpec("disable_gpg_check", .bool),
            ArgumentSpec("install_weak_deps", .bool),
            ArgumentSpec("allowerasing", .bool),
            ArgumentSpec("nobest", .bool),
        ])

    private let names: [PackageName]
    private let state: String
    private let options: [String]
    private let removesUnused: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        names = try (arguments.strings("name") ?? []).map { PackageName(dnf: $0) }
        state = try arguments.string("state") ?? "present"
        removesUnused = try arguments.bool("autoremove") ?? false
        options = try Self.options(arguments)
        if let group = names.first(where: { $0.text.hasPrefix("@") || $0.isPattern }) {
            throw arguments.problem(
                "name", "'\(group.text)' is a group, a module or a pattern",
                hint: "name packages; enable a module with command: dnf -y module enable …, and creates")
        }
    }

    package var probes: [any Probe] {
        names.map { PackageProbe($0.text, in: .rpm) }
            + (state == "latest" ? names.map { CandidateProbe($0.text, in: .rpm) } : [])
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        if state == "absent" || state == "removed" { return Convergence(try removal(findings).map { [$0] } ?? []) }
        let wanted = try names.filter { name in
            guard try !findings(PackageProbe(name.text, in: .rpm)).isEmpty else { return true }
            return try state == "latest" && findings(CandidateProbe(name.text, in: .rpm)) != nil
        }.map(\.text)
        guard !wanted.isEmpty else { return Convergence(result: ["msg": "Nothing to do"]) }
        // `install` brings an installed package up to date, too.
        let verb = state == "latest" ? "install the latest" : "install"
        let command: Shell = "\(dnf + ["install", "--"] + wanted)"
        return Convergence([Change("\(verb) \(wanted.joined(separator: ", "))", by: Self.fragment([command]))])
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        if let reply = replies.last { result["results"] = .list([.string(reply.output)]) }
        return result
    }

    private func removal(_ findings: Findings) throws -> Change? {
        let present = try names.map(\.text).filter { try !findings(PackageProbe($0, in: .rpm)).isEmpty }
        guard !present.isEmpty else { return nil }
        // Without `autoremove` dependencies stay, as Ansible has it.
        let option = "--setopt=clean_requirements_on_remove=\(removesUnused ? 1 : 0)"
        return Change(
            "remove \(present.joined(separator: ", "))",
            by: Self.fragment(["\(dnf + [option, "remove", "--"] + present)"]))
    }

    private var dnf: [String] { ["dnf", "-y", "-q"] + options }

    private static func fragment(_ commands: [Shell]) -> Fragment {
        .changes(.lines(["set -e", "export LC_ALL=C"] + commands))
    }

    private static func options(_ arguments: Arguments) throws -> [String] {
        var options: [String] = []
        for (name, flag) in [("enablerepo", "enablerepo"), ("disablerepo", "disablerepo"), ("exclude", "exclude")] {
            options += try (arguments.strings(name) ?? []).map { "--\(flag)=\($0)" }
        }
        if try arguments.bool("update_cache") ?? false { options.append("--refresh") }
        if try arguments.bool("disable_gpg_check") ?? false { options.append("--nogpgcheck") }
        if try arguments.bool("allowerasing") ?? false { options.append("--allowerasing") }
        if try arguments.bool("nobest") ?? false { options.append("--nobest") }
        if let weak = try arguments.bool("install_weak_deps") { options.append("--setopt=install_weak_deps=\(weak)") }
        return options
    }
}
