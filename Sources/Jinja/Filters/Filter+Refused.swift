extension Filter {
    /// Filters that Ansible has and this tool has not, with what to write instead.
    private static let refused = [
        "to_datetime": "use 'strftime' with seconds since 1970",
        "from_yaml_all": "use 'from_yaml' with one document",
        "fileglob": "use query('fileglob', …)",
        "expanduser": operatorsMachine, "expandvars": operatorsMachine, "realpath": operatorsMachine,
    ]

    private static let operatorsMachine =
        "it would ask the machine that the tool runs on: register what a task finds out on the host"

    /// The filter of this name.
    /// - Throws: `Fault` when there is none, or none here.
    static func named(_ name: String) throws -> Filter {
        if let filter = all[name] { return filter }
        if let hint = Registry([refused])[name] { throw Fault("filter '\(name)' is not supported", hint: hint) }
        throw Fault("there is no filter '\(name)'", hint: all.hint(for: name))
    }
}
