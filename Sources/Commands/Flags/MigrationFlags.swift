import ArgumentParser
import YAML

/// What may become of migrations that are not plain sailing.
struct MigrationFlags: ParsableArguments {
    @Flag(
        name: .customLong("allow-contract"),
        help: "Apply migrations too that take away what the live release may still use.")
    var allowContract = false

    @Flag(
        name: .customLong("hold-contract"),
        help: "Leave such migrations for 'migrate', when the release that doesn't use it is live.")
    var holdContract = false

    @Option(
        help: ArgumentHelp(
            "What an interrupted statement did, when the database can't tell: 0005.2=done, or 0005.2=repeat.",
            valueName: "statement"))
    var resolve: String?

    func validate() throws {
        guard !(allowContract && holdContract) else {
            throw ValidationError("--allow-contract and --hold-contract exclude each other")
        }
        guard resolve.map({ $0.wholeMatch(of: /[0-9]+\.[0-9]+=(done|repeat)/) != nil }) ?? true else {
            throw ValidationError("'\(resolve ?? "")' is not like 0005.2=done or 0005.2=repeat")
        }
    }

    /// What the playbooks are told; nothing where the inventory decides.
    var variables: [String: Value] {
        var variables: [String: Value] = [:]
        if allowContract { variables["migrate_contract"] = "allow" }
        if holdContract { variables["migrate_contract"] = "hold" }
        if let resolve { variables["migrate_resolve"] = .string(resolve) }
        return variables
    }
}

/// Whether the operator's own steps are run.
struct HookFlags: ParsableArguments {
    @Flag(name: .customLong("skip-hooks"), help: "Run none of the scripts and tasks in playbooks/hooks.")
    var skipHooks = false

    var variables: [String: Value] { skipHooks ? ["hooks_enabled": false] : [:] }
}
