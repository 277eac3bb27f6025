/// The keys of plays, blocks and tasks: those we know, and those of Ansible's that are refused by name.
enum KnownKeys {
    /// Keys that plays, blocks and tasks share.
    static let shared: Set<String> = [
        "name", "vars", "tags", "become", "become_user", "become_method", "remote_user", "environment",
        "ignore_errors", "ignore_unreachable", "no_log", "run_once", "check_mode", "diff", "any_errors_fatal",
        "timeout", "delegate_to", "delegate_facts",
    ]

    static let play: Set<String> = shared.union([
        "hosts", "gather_facts", "gather_subset", "vars_files", "roles", "pre_tasks", "tasks", "post_tasks",
        "handlers", "serial", "max_fail_percentage", "strategy", "force_handlers",
    ]).subtracting(["delegate_to", "delegate_facts"])

    static let block: Set<String> = shared.union(["block", "rescue", "always", "when", "notify"])

    /// A task's keywords; whatever else a task holds is its module.
    static let task: Set<String> = shared.union([
        "when", "loop", "with_items", "with_dict", "loop_control", "register", "until", "retries", "delay",
        "changed_when", "failed_when", "notify", "args", "action",
    ])

    static let handler: Set<String> = task.union(["listen"])

    static let loopControl: Set<String> = ["loop_var", "index_var", "label", "pause"]

    static let unsupportedInPlay = [
        "vars_prompt": "pass the value with -e, or through the environment with lookup('env', …)",
        "connection": "set ansible_connection in the inventory",
        "throttle": "limit the hosts with serial, or with --forks",
        "module_defaults": "write the arguments at each task",
        "collections": "write modules by their full names",
        "port": "set ansible_port in the inventory",
        "order": "hosts are taken in the inventory's order",
        "fact_path": "facts come from the host itself",
    ]

    static let unsupportedInTask = [
        "async": "tasks wait for their end; use a systemd unit for work that outlives the run",
        "poll": "tasks wait for their end",
        "throttle": "limit the hosts with serial, or with --forks",
        "local_action": "write the module as usual and add 'delegate_to: localhost'",
        "module_defaults": "write the arguments at each task",
        "connection": "set ansible_connection in the inventory",
        "collections": "write modules by their full names",
        "become_flags": "only plain sudo is supported", "become_exe": "only plain sudo is supported",
        "debugger": "use -vv and --start-at-task",
    ]

    /// Modules that load more tasks while the run goes on.
    static let dynamic = [
        "include_tasks": "write import_tasks", "include_role": "write import_role or roles:",
        "ansible.builtin.include_tasks": "write import_tasks",
        "ansible.builtin.include_role": "write import_role or roles:",
    ]
}
