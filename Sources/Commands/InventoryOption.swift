package import ArgumentParser
import Diagnostics
package import Fleet
import FoundationEssentials
import Lab
import SystemPackage

/// `-i`: which inventories a command works on.
package struct InventoryOption: ParsableArguments {
    @Option(
        name: [.customShort("i"), .customLong("inventory")],
        help: ArgumentHelp(
            "An inventory file or a directory of them; 'lab' or 'lab:NAME' for a lab's own. May be repeated.",
            discussion: "Without it, the paths in $INTCHAIN_INVENTORY are taken, with commas between.",
            valueName: "path"))
    package var inventory: [String] = []

    package init() {}

    /// Loads what the option names.
    /// - Parameter playbookDirectory: where `group_vars/` and `host_vars/` are looked for too.
    /// - Throws: `Problems`.
    package func load(playbookDirectory: String? = nil) throws -> Inventory {
        try Inventory.load(try paths(), playbookDirectory: playbookDirectory)
    }

    /// Reads what the option names, as far as it can be read.
    /// - Returns: an inventory that is not whole, with its problem, when none is given or a lab does not exist.
    func read(playbookDirectory: String?, standIn: StandIn? = nil) -> InventoryReading {
        do {
            return InventoryReading(try paths(), playbookDirectory: playbookDirectory, standIn: standIn)
        } catch {
            let problem = error as? Problem ?? Problem("\(error)")
            return InventoryReading(unreadable: problem)
        }
    }

    /// The inventories as `-i` or the environment names them.
    func names(environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
        guard inventory.isEmpty else { return inventory }
        return environment["INTCHAIN_INVENTORY"].map { $0.split(separator: ",").map(String.init) } ?? []
    }

    /// Whether `-i` or the environment names an inventory.
    func isGiven() -> Bool { !names().isEmpty }

    /// The paths that are meant, with the names of labs resolved.
    /// - Throws: `Problem` when there are none, or when a lab does not exist.
    package func paths(
        environment: [String: String] = ProcessInfo.processInfo.environment, labs: String = "/var/lib/intchain-lab"
    ) throws -> [String] {
        let names = names(environment: environment)
        guard !names.isEmpty else {
            throw Problem("no inventory is given", hint: "name one with -i PATH, or the lab's with -i lab")
        }
        return try names.map { try Self.path($0, labs: labs) }
    }

    private static func path(_ name: String, labs: String) throws -> String {
        guard name == "lab" || name.hasPrefix("lab:") else { return name }
        let lab = name == "lab" ? .standard : try LabName(String(name.dropFirst("lab:".count)))
        let path = LabPaths(name: lab, labs: FilePath(labs)).inventory.string
        guard FileManager.default.fileExists(atPath: path) else {
            let option = lab == .standard ? "" : " --name \(lab)"
            throw Problem("the lab '\(lab)' has no inventory", hint: "boot it with: sudo intchainctl lab up\(option)")
        }
        return path
    }
}
