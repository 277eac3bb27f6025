/// What kind of mistake a problem is. The raw values are the ids that programs see; they do not change.
package enum Rule: String, CaseIterable, Hashable, Sendable {
    case yamlSyntax = "yaml-syntax"
    case duplicateKey = "duplicate-key"
    case inventory
    case playbook
    case unknownKey = "unknown-key"
    case notSupported = "not-supported"
    case unknownModule = "unknown-module"
    case unknownArgument = "unknown-argument"
    case missingArgument = "missing-argument"
    case wrongType = "wrong-type"
    case wrongValue = "wrong-value"
    case unquotedMode = "unquoted-mode"
    case undefinedVariable = "undefined-variable"
    case undefinedHandler = "undefined-handler"
    case templateSyntax = "template-syntax"
    case missingFile = "missing-file"
    case unknownHost = "unknown-host"
    case roleArgument = "role-argument"
    case clearTextSecret = "clear-text-secret"
}

extension Rule {
    /// What the rule asks for, as one sentence.
    package var summary: String {
        switch self {
        case .yamlSyntax: "Files are YAML 1.1 as Ansible reads it."
        case .duplicateKey: "A key is written once in a mapping."
        case .inventory: "An inventory has groups with hosts, vars and children."
        case .playbook: "A playbook is a list of plays, a play has lists of tasks, a task has one module."
        case .unknownKey: "Plays, blocks, tasks and groups have only keys that are known."
        case .notSupported: "What is not supported is not written, since it would have no effect."
        case .unknownModule: "A task names a module that exists."
        case .unknownArgument: "A module is given only arguments that it has."
        case .missingArgument: "A module is given the arguments that it needs."
        case .wrongType: "A value has the type that its key or argument takes."
        case .wrongValue: "A value is one of those that its key or argument takes."
        case .unquotedMode: "A file's mode is quoted, or written with a leading zero."
        case .undefinedVariable: "A variable that is read is defined somewhere."
        case .undefinedHandler: "A handler that is notified exists in the play."
        case .templateSyntax: "Templates and expressions are Jinja2."
        case .missingFile: "Files that are named exist."
        case .unknownHost: "Patterns of hosts name groups and hosts of the inventory."
        case .roleArgument: "A role gets the arguments that its meta/argument_specs.yml asks for."
        case .clearTextSecret: "Secrets are not written out in files of the project."
        }
    }
}
