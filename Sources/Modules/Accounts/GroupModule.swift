import OrderedCollections
import Remote
import YAML

/// `group`: a group exists, with a number, or not.
package struct GroupModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.group", summary: "Makes a group exist or not.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("gid", .int),
            ArgumentSpec("system", .bool),
            ArgumentSpec("non_unique", .bool),
        ])

    private let name: String
    private let isWanted: Bool
    private let gid: Int?
    private let flags: [String]
    private let unique: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        isWanted = try arguments.string("state") != "absent"
        gid = try arguments.int("gid")
        flags = try arguments.bool("system") ?? false ? ["-r"] : []
        unique = try !(arguments.bool("non_unique") ?? false)
        if !unique, gid == nil { throw arguments.problem("non_unique", "needs gid") }
    }

    package var probes: [any Probe] { [GroupsProbe()] }

    package func converge(_ findings: Findings) throws -> Convergence {
        let present = try findings(GroupsProbe())[name]
        var result: ValueMap = ["name": .string(name), "state": isWanted ? "present" : "absent"]
        if isWanted, let gid = gid ?? present?.gid { result["gid"] = .int(gid) }
        return Convergence(change(present).map { [$0] } ?? [], result: result)
    }

    private func change(_ present: GroupFinding?) -> Change? {
        let number = gid.map { (unique ? [] : ["-o"]) + ["-g", String($0)] } ?? []
        switch (present, isWanted) {
        case (nil, true):
            return Change(
                gid.map { "create the group with gid \($0)" } ?? "create the group",
                by: .changes("\(["groupadd"] + flags + number + ["--", name])"))
        case (let present?, true):
            guard let gid, gid != present.gid else { return nil }
            return Change("gid \(present.gid) → \(gid)", by: .changes("groupmod \(number) -- \(name)"))
        case (.some, false): return Change("remove the group", by: .changes("groupdel -- \(name)"))
        case (nil, false): return nil
        }
    }
}
