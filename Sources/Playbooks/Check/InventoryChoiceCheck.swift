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
    /// Names that the run itself brings, and that stand above the inventory's.
    let given: Set<String>
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

    /// The one variable that the text consists of, where nothing stands above the inventory's.
    private func variable(of node: Node, in task: PlaybookTask) -> String? {
        guard let match = node.string?.wholeMatch(of: /\{\{\s*([A-Za-z_]\w*)\s*\}\}/) else { return nil }
        let name = String(match.1)
        let above = [play.vars, task.keywords.allVars] + play.roles.map(\.vars)
        return given.contains(name) || above.contains { $0[name] != nil } ? nil : name
    }
}
