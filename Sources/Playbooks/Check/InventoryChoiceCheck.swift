import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks choices that the inventory makes: for `profile: "{{ redis_profile }}"`, what `redis_profile` says there.
struct InventoryChoiceCheck {
    let play: Play
    /// The inventory's variables of the play's hosts.
    let hosts: [RawVariables]
    /// Names that stand above the inventory's: what the run brings, variables files, what tasks set.
    let above: Set<String>
    let log: ProblemLog

    func check(_ tasks: [PlaybookTask]) {
        var told: Set<Place> = []
        for task in tasks {
            for argument in task.arguments {
                let choices = task.module.spec.arguments.first { $0.name == argument.name }?.choices ?? []
                guard !choices.isEmpty, let name = variable(of: argument.value, in: task) else { continue }
                for node in hosts.compactMap({ $0[name] }) {
                    guard let text = node.string, !TemplatedText.isTemplated(text), !choices.contains(text),
                        told.insert(node.place).inserted
                    else { continue }
                    log.add(
                        "\(name): '\(text)' is not one of \(choices.joined(separator: ", "))", at: node.place,
                        hint: Suggestion.hint(for: text, among: choices), rule: .wrongValue)
                }
            }
        }
    }

    /// The one variable that the text consists of, where nothing stands above the inventory's and no condition asks for
    /// it.
    private func variable(of node: Node, in task: PlaybookTask) -> String? {
        guard let text = node.string, TemplatedText.isTemplated(text),
            let match = text.wholeMatch(of: /\{\{\s*([A-Za-z_]\w*)\s*\}\}/)
        else { return nil }
        let name = String(match.1)
        let closer = [play.vars, task.keywords.allVars] + play.roles.map(\.vars)
        let isBound =
            task.boundNames.contains(name) || task.keywords.loop != nil && task.keywords.loopControl.variable == name
        let isAsked = task.keywords.when.contains { $0.string?.contains(name) == true }
        return above.contains(name) || isBound || isAsked || closer.contains { $0[name] != nil } ? nil : name
    }
}
