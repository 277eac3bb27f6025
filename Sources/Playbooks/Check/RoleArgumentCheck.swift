import Diagnostics
import Modules
import OrderedCollections
import YAML

/// Checks what roles with a `meta/argument_specs.yml` are given, as far as it stands in the playbook.
struct RoleArgumentCheck {
    let play: Play
    let names: KnownNames
    let log: ProblemLog

    func check(_ task: PlaybookTask) {
        guard task.module.spec.name == ValidateArgumentSpecModule.spec.name, let role = task.roleName,
            let spec = task.arguments.first(where: { $0.name == "argument_spec" })
        else { return }
        for option in RoleOption.options(of: spec.value.value) {
            let given = task.keywords.allVars[option.name]
            if option.isRequired, given == nil, !names.contains(option.name) {
                log.add(
                    "the role '\(role)' needs '\(option.name)'", at: task.place,
                    hint: "its meta/argument_specs.yml says so: give it under vars", rule: .roleArgument)
            }
            let defaults = play.roles.first { $0.name == role }?.defaults[option.name]
            guard let node = given ?? play.vars[option.name] ?? defaults, !node.holdsTemplates else { continue }
            for mistake in option.mistakes(in: node.value) {
                log.add("the role '\(role)': \(mistake)", at: node.place, rule: .roleArgument)
            }
        }
    }
}

extension Node {
    fileprivate var holdsTemplates: Bool {
        switch content {
        case .scalar: isTemplated
        case .sequence(let nodes): nodes.contains(where: \.holdsTemplates)
        case .mapping(let entries): entries.contains { $0.value.holdsTemplates }
        }
    }
}
