import Modules
import OrderedCollections
import YAML

/// What an `include_tasks` task evaluates to: the file's name. The walk through the section does the rest.
struct IncludeTasksModule: LocalModule {
    static let spec = ModuleSpec(
        "ansible.builtin.include_tasks", summary: "Runs the tasks of another file.", freeForm: "file",
        arguments: [ArgumentSpec("file", required: true), ArgumentSpec("apply", .raw)])

    private let file: String

    init(_ arguments: Arguments, in context: ModuleContext) throws { file = try arguments.requiredString("file") }

    func evaluate() throws -> Outcome {
        Outcome(changed: false, result: ["include": .string(file)], message: file)
    }
}

/// What an `include_role` task evaluates to: the role's name.
struct IncludeRoleModule: LocalModule {
    static let spec = ModuleSpec(
        "ansible.builtin.include_role", summary: "Runs the tasks of a role.",
        arguments: [
            ArgumentSpec("name", required: true, aliases: ["role"]), ArgumentSpec("tasks_from"),
            ArgumentSpec("apply", .raw), ArgumentSpec("public", .bool),
        ])

    private let name: String

    init(_ arguments: Arguments, in context: ModuleContext) throws { name = try arguments.requiredString("name") }

    func evaluate() throws -> Outcome {
        Outcome(changed: false, result: ["include": .string(name)], message: name)
    }
}

extension PlaybookTask {
    /// It chooses other tasks.
    var isInclude: Bool { module is IncludeTasksModule.Type || module is IncludeRoleModule.Type }
}
