import Modules

/// A user or a group of a host, by name.
enum AccountName: Hashable, Sendable {
    case user(String)
    case group(String)

    var probe: any Probe {
        switch self {
        case .user(let name): UserProbe(name)
        case .group: GroupsProbe()
        }
    }

    func exists(_ findings: Findings) throws -> Bool {
        switch self {
        case .user(let name): try findings(UserProbe(name)) != nil
        case .group(let name): try findings(GroupsProbe())[name] != nil
        }
    }

    var text: String {
        switch self {
        case .user(let name): "user '\(name)'"
        case .group(let name): "group '\(name)'"
        }
    }
}

extension ItemAttempt {
    /// In check mode: the accounts that the task may make. It may have been put off itself, so the host is not asked.
    func accountsToMake(_ preparation: Preparation) -> Set<AccountName> {
        let makes = task.module.spec.name
        guard makes == "ansible.builtin.user" || makes == "ansible.builtin.group",
            let arguments = try? preparation.arguments(named: ["name", "group", "state"]),
            let name = try? arguments.string("name"), (try? arguments.string("state")) != "absent"
        else { return [] }
        if makes == "ansible.builtin.group" { return [.group(name)] }
        // Without a group of its own choice a user gets one of its name.
        return arguments.has("group") ? [.user(name)] : [.user(name), .group(name)]
    }

    /// In check mode: a file's owner or group that is not on the host yet, and the task before this one that would make
    /// it, by what that is about: an account may come with a package, too.
    func missingOwner(_ end: ItemEnd, _ call: ModuleCall) async throws -> (account: AccountName, task: String)? {
        let owners = end.words.owners
        guard end.report.status == .ok || end.report.status == .changed, !owners.isEmpty else { return nil }
        let pending = site.pending(on: [call.target])
        guard !pending.isEmpty else { return nil }
        let findings = try await call.session.turn.taking {
            try await call.session.findings(owners.map(\.probe), as: call.prepared.account) { [] }
        }
        guard let missing = try owners.first(where: { try !$0.exists(findings) }) else { return nil }
        let maker = pending.last { $0.words.makes.contains(missing) }?.name
        return (maker ?? pending.cause(of: end.words)).map { (missing, $0) }
    }
}
