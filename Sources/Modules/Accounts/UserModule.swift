import OrderedCollections
package import Remote
package import YAML

/// `user`: an account exists as described, or not.
package struct UserModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.user", summary: "Makes an account exist as described, or not.",
        arguments: [
            ArgumentSpec("name", required: true, aliases: ["user"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("uid", .int),
            ArgumentSpec("non_unique", .bool),
            ArgumentSpec("group"),
            ArgumentSpec("groups", .list(.string)),
            ArgumentSpec("append", .bool),
            ArgumentSpec("comment"),
            ArgumentSpec("home", .path),
            ArgumentSpec("create_home", .bool, aliases: ["createhome"]),
            ArgumentSpec("move_home", .bool),
            ArgumentSpec("shell", .path),
            ArgumentSpec("system", .bool),
            ArgumentSpec("password", secret: true),
            ArgumentSpec("update_password", choices: ["always", "on_create"]),
            ArgumentSpec("remove", .bool),
            ArgumentSpec("force", .bool),
        ])

    let name: String
    let uid: Int?
    let unique: Bool
    let group: String?
    let groups: [String]?
    let append: Bool
    let comment: String?
    let home: String?
    let createsHome: Bool
    let movesHome: Bool
    let shell: String?
    let system: Bool
    let password: Secret?
    let updatesPassword: Bool
    private let isWanted: Bool
    private let remove: Bool
    private let force: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        isWanted = try arguments.string("state") != "absent"
        uid = try arguments.int("uid")
        unique = try !(arguments.bool("non_unique") ?? false)
        group = try arguments.string("group")
        groups = try arguments.strings("groups")
        append = try arguments.bool("append") ?? false
        comment = try arguments.string("comment")
        home = try arguments.string("home")
        createsHome = try arguments.bool("create_home") ?? true
        movesHome = try arguments.bool("move_home") ?? false
        shell = try arguments.string("shell")
        system = try arguments.bool("system") ?? false
        password = try arguments.string("password").map { Secret($0) }
        updatesPassword = try arguments.string("update_password") != "on_create"
        remove = try arguments.bool("remove") ?? false
        force = try arguments.bool("force") ?? false
        if let hash = password?.reveal(), hash.contains(where: { $0.isNewline || $0 == ":" }) {
            throw arguments.problem("password", "is no password hash", hint: "give a crypt hash, such as $6$…")
        }
    }

    package var probes: [any Probe] { [probe, GroupsProbe()] }

    package func converge(_ findings: Findings) throws -> Convergence {
        let present = try findings(probe)
        var result: ValueMap = ["name": .string(name), "state": isWanted ? "present" : "absent"]
        guard isWanted else { return Convergence(present == nil ? [] : [removal], result: result) }
        let known = try findings(GroupsProbe())
        for name in [group].compactMap(\.self) + (groups ?? []) where !Self.exists(name, known) {
            throw ModuleFailure("group \(name) does not exist")
        }
        guard let present else { return Convergence([creation(known)], result: result) }
        var after = present
        after.uid = uid ?? present.uid
        after.home = home ?? present.home
        after.shell = shell ?? present.shell
        after.comment = comment ?? present.comment
        result.merge(Self.facts(after)) { _, new in new }
        return Convergence(modification(of: present, known).map { [$0] } ?? [], result: result)
    }

    /// A new user's number and home are known when it is made: the change prints its line of the user database.
    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        let line = replies.last?.output.split(separator: "\n").last ?? ""
        guard let made = UserFinding(line), made.name == name else { return convergence.result }
        return convergence.result.merging(Self.facts(made)) { _, new in new }
    }

    private static func facts(_ user: UserFinding) -> ValueMap {
        [
            "uid": .int(user.uid), "home": .string(user.home), "shell": .string(user.shell),
            "comment": .string(user.comment),
        ]
    }

    private var probe: UserProbe { UserProbe(name, password: password != nil && updatesPassword && isWanted) }

    private var removal: Change {
        let flags = (remove ? ["-r"] : []) + (force ? ["-f"] : [])
        return Change(
            remove ? "remove the user and the home directory" : "remove the user",
            by: .changes("\(["userdel"] + flags + ["--", name])"))
    }

    /// A group is named, or told by its number.
    private static func exists(_ group: String, _ known: [String: GroupFinding]) -> Bool {
        known[group] != nil || Int(group).map { gid in known.values.contains { $0.gid == gid } } ?? false
    }
}
