import Diagnostics
import OrderedCollections
package import Remote
package import YAML

/// `apt`: packages of Debian and Ubuntu, several in one transaction.
package struct AptModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.apt", summary: "Installs, upgrades and removes Debian packages.",
        arguments: [
            ArgumentSpec("name", .list(.string), aliases: ["package", "pkg"]),
            ArgumentSpec("state", choices: ["present", "absent", "latest"]),
            ArgumentSpec("update_cache", .bool, aliases: ["update-cache"]),
            ArgumentSpec("cache_valid_time", .int),
            ArgumentSpec("upgrade", choices: ["no", "False", "yes", "True", "safe", "full", "dist"]),
            ArgumentSpec("install_recommends", .bool, aliases: ["install-recommends"]),
            ArgumentSpec("default_release", aliases: ["default-release"]),
            ArgumentSpec("purge", .bool),
            ArgumentSpec("autoremove", .bool),
            ArgumentSpec("dpkg_options"),
            ArgumentSpec("lock_timeout", .int),
            ArgumentSpec(
                "allow_downgrade", .bool, aliases: ["allow-downgrade", "allow_downgrades", "allow-downgrades"]),
            ArgumentSpec("allow_unauthenticated", .bool, aliases: ["allow-unauthenticated"]),
            ArgumentSpec("force_apt_get", .bool),
        ])

    private enum State: Sendable { case present, absent, latest }

    private let packages: [PackageName]
    private let state: State
    private let upgrade: UpgradeProbe?
    private let purge: Bool
    private let autoremove: Bool
    /// Seconds that package lists stay good, when they are to be updated.
    private let validity: Int?
    private let commands: AptCommands

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        packages = try (arguments.strings("name") ?? []).map { PackageName(apt: $0) }
        state =
            switch try arguments.string("state") {
            case "absent": .absent
            case "latest": .latest
            default: .present
            }
        upgrade = try Self.upgrade(arguments)
        purge = try arguments.bool("purge") ?? false
        autoremove = try arguments.bool("autoremove") ?? false
        let seconds = try arguments.int("cache_valid_time")
        validity = try arguments.bool("update_cache") ?? (seconds != nil) ? seconds ?? 0 : nil
        // It is what is used anyway.
        _ = try arguments.bool("force_apt_get")
        commands = try AptCommands(arguments)
        if state != .absent, let pattern = packages.first(where: \.isPattern) {
            throw arguments.problem(
                "name", "the pattern '\(pattern.text)' may only be removed", hint: "name the packages to install")
        }
        guard !packages.isEmpty || upgrade != nil || validity != nil || autoremove else {
            throw Problem("apt has nothing to do", at: arguments.place("state"), hint: "give it name or update_cache")
        }
    }

    package var probes: [any Probe] {
        var probes: [any Probe] = packages.map { PackageProbe($0.text, in: .dpkg) }
        if state == .latest { probes += packages.map { CandidateProbe($0.name, in: .dpkg) } }
        if validity != nil { probes.append(PackageListsProbe()) }
        if let upgrade { probes.append(upgrade) }
        if removesUnusedAlone { probes.append(UpgradeProbe(["autoremove"])) }
        return probes
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        var stale = false
        if let validity { stale = try findings(PackageListsProbe()).map { $0 >= validity } ?? true }
        var changes: [Change] = []
        if let upgrade, let change = upgradeChange(upgrade, try findings(upgrade), updating: stale) {
            changes.append(change)
        }
        if let change = try packageChange(findings, updating: stale && changes.isEmpty) { changes.append(change) }
        if removesUnusedAlone, case let unused = try findings(UpgradeProbe(["autoremove"])), !unused.isEmpty {
            changes.append(Change("remove unused \(unused.joined(separator: ", "))", by: commands.autoremove()))
        }
        if stale, changes.isEmpty, packages.isEmpty {
            changes.append(Change("update the package lists", by: .changes(.lines(["set -e", AptCommands.update]))))
        }
        let updates = stale && !changes.isEmpty
        return Convergence(changes, result: validity == nil ? [:] : ["cache_updated": .bool(updates)])
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        guard let reply = replies.last else { return result }
        // With new lists it is not known before whether there is anything to do.
        if replies.allSatisfy(AptCommands.foundNothing) { result["changed"] = false }
        result["stdout"] = .string(reply.output)
        result["stderr"] = .string(reply.errors)
        return result
    }

    private var removesUnusedAlone: Bool { autoremove && packages.isEmpty && upgrade == nil }

    private func upgradeChange(_ probe: UpgradeProbe, _ names: [String], updating: Bool) -> Change? {
        guard !names.isEmpty || updating else { return nil }
        let summary =
            names.isEmpty ? "upgrade after an update of the package lists" : "upgrade \(names.joined(separator: ", "))"
        return Change(summary, by: commands.upgrade(probe.command, updating: updating))
    }

    private func packageChange(_ findings: Findings, updating: Bool) throws -> Change? {
        guard state != .absent else { return try removal(findings) }
        let wanted = try packages.filter { package in
            let installed = try findings(PackageProbe(package.text, in: .dpkg)).filter(\.isConfigured)
            guard installed.contains(where: package.accepts) else { return true }
            guard state == .latest, package.version == nil else { return false }
            let candidate = try findings(CandidateProbe(package.name, in: .dpkg))
            return updating || candidate.map { version in !installed.contains { $0.version == version } } ?? false
        }
        guard !wanted.isEmpty else { return nil }
        let verb = state == .latest ? "install the latest" : "install"
        return Change(
            "\(verb) \(wanted.map(\.text).joined(separator: ", "))",
            by: commands.install(wanted.map(\.text), updating: updating))
    }

    private func removal(_ findings: Findings) throws -> Change? {
        let present = try packages.flatMap { wanted in
            // What only provides the name stays: apt cannot remove a virtual package either.
            try findings(PackageProbe(wanted.text, in: .dpkg)).filter { package in
                (purge || package.isConfigured) && (wanted.isPattern || package.name == wanted.name)
            }
        }
        var names: [String] = []
        for package in present where !names.contains(package.name) { names.append(package.name) }
        guard !names.isEmpty else { return nil }
        return Change(
            "\(purge ? "purge" : "remove") \(names.joined(separator: ", "))",
            by: commands.remove(names, purging: purge))
    }

    private static func upgrade(_ arguments: Arguments) throws -> UpgradeProbe? {
        switch try arguments.string("upgrade") {
        case nil, "no", "False": nil
        case "dist", "full": UpgradeProbe(["dist-upgrade"])
        // `yes` is aptitude's safe-upgrade: new packages may come, none may go.
        default: UpgradeProbe(["upgrade", "--with-new-pkgs"])
        }
    }
}

extension AptCommands {
    init(_ arguments: Arguments) throws {
        lockTimeout = try arguments.seconds("lock_timeout") ?? 60
        installsRecommends = try arguments.bool("install_recommends")
        defaultRelease = try arguments.string("default_release")
        allowsDowngrade = try arguments.bool("allow_downgrade") ?? false
        allowsUnauthenticated = try arguments.bool("allow_unauthenticated") ?? false
        removesUnused = try arguments.bool("autoremove") ?? false
        if let options = try arguments.strings("dpkg_options") { dpkgOptions = options }
    }
}
