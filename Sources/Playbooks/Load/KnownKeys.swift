import Jinja

/// The keys of plays, blocks and tasks: those we know, and those of Ansible's that are refused by name.
enum KnownKeys {
    /// Keys that plays, blocks and tasks share.
    static let shared: Set<String> = [
        "name", "vars", "tags", "become", "become_user", "become_method", "environment", "ignore_errors", "no_log",
        "run_once", "check_mode", "diff", "any_errors_fatal", "timeout", "throttle", "delegate_to",
        "delegate_facts",
    ]

    static let play: Set<String> = shared.union([
        "hosts", "gather_facts", "vars_files", "roles", "pre_tasks", "tasks", "post_tasks",
        "handlers", "order", "serial", "max_fail_percentage", "strategy", "force_handlers",
    ]).subtracting(["delegate_to", "delegate_facts"])

    static let block: Set<String> = shared.union(["block", "rescue", "always", "when", "notify"])

    /// A task's keywords; whatever else a task holds is its module.
    static let task: Set<String> = shared.union([
        "when", "loop", "loop_control", "register", "until", "retries", "delay", "changed_when", "failed_when",
        "notify", "args",
    ]).union(lookupLoops)

    private static let lookupLoops = LookupName.loops.map { "with_" + $0 }

    /// Of an entry of `roles:`, or of a role's dependencies.
    static let role: Set<String> = shared.union(["role", "when"])

    static let handler: Set<String> = task.union(["listen"])

    static let loopControl: Set<String> = ["loop_var", "index_var", "label", "pause"]

    /// Refused in plays, blocks and tasks alike.
    private static let unsupportedAnywhere = [
        "remote_user": "set ansible_user in the inventory, or give -u",
        "ignore_unreachable": "a host that can't be reached leaves the run; the others go on",
        "connection": "set ansible_connection in the inventory",
        "port": "set ansible_port in the inventory",
        "module_defaults": "write the arguments at each task",
        "collections": "write modules by their full names",
        "become_flags": "only plain sudo is supported", "become_exe": "only plain sudo is supported",
        "debugger": "use -vv and --start-at-task",
    ]

    static let unsupportedInPlay = [
        "vars_prompt": "pass the value with -e, or through the environment with lookup('env', …)",
        "fact_path": "facts come from the host itself",
        "gather_subset": "facts are read all at once while the host's shell starts",
        "gather_timeout": "facts are read while the host's shell starts",
        "validate_argspec": "check arguments with ansible.builtin.assert",
    ].merging(unsupportedAnywhere) { own, _ in own }

    static let unsupportedInTask = [
        "action": "name the module itself, as in 'copy: …'",
        "async": "tasks wait for their end; use a systemd unit for work that outlives the run",
        "poll": "tasks wait for their end",
        "local_action": "write the module as usual and add 'delegate_to: localhost'",
    ].merging(unsupportedAnywhere) { own, _ in own }

    static let unsupportedInImport = [
        "register": "register in the imported tasks", "notify": "notify in the imported tasks, or wrap it in a block",
        "until": "retry the imported tasks",
    ].merging((["loop"] + lookupLoops).map { ($0, importedOnce) }) { own, _ in own }
        .merging(unsupportedInTask) { own, _ in own }

    private static let importedOnce =
        "what is imported is read once, before any host is asked; put the loop on its tasks"

    static let unsupportedInRole = [
        "vars_from": "only vars/main.yml is read", "defaults_from": "only defaults/main.yml is read",
        "handlers_from": "only handlers/main.yml is read", "public": "an imported role's variables are the play's",
        "allow_duplicates": "a role is imported as often as it is named",
        "rolespec_validate": "check arguments with ansible.builtin.assert",
    ]

    static let loops =
        "write 'loop:' with a filter or a lookup; the loops are loop, \(lookupLoops.joined(separator: ", "))"

    /// What an include says of itself; what its tasks are to have stands under `apply`.
    static let include = Set([
        "name", "when", "loop", "loop_control", "register", "ignore_errors", "no_log", "run_once", "tags", "timeout",
        "vars", "args",
    ]).union(lookupLoops)

    static let unsupportedInInclude = Dictionary(
        uniqueKeysWithValues: shared.union(["notify", "delegate_to", "delegate_facts"]).subtracting(include).map {
            ($0, "write it under 'apply:', for the included tasks")
        }
    ).merging(["until": "retry the included tasks", "changed_when": "write it at the included tasks"]) { own, _ in own }
        .merging(unsupportedInTask) { own, _ in own }
}
