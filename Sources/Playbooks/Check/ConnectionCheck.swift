import Diagnostics
import Fleet
import Jinja
import OrderedCollections
import YAML

/// Checks the variables that say how hosts are reached: what would have no effect is refused by name.
struct ConnectionCheck {
    let log: ProblemLog

    func check(_ variables: RawVariables) {
        for (name, node) in variables {
            guard name.hasPrefix("ansible_"), let text = node.string, !TemplatedText.isTemplated(text) else { continue }
            switch name {
            case "ansible_become_method": choice(name, text, ["sudo", "ansible.builtin.sudo"], node)
            case "ansible_connection": choice(name, text, ["ssh", "local", "smart", "ansible.builtin.ssh"], node)
            case "ansible_become_flags", "ansible_become_exe":
                log.add(
                    "\(name) is not supported", at: node.place, hint: "only plain sudo is", rule: .notSupported)
            case _ where SSHArguments.variables.contains(name):
                var arguments = SSHArguments()
                _ = log.collecting(.notSupported) { try arguments.add(text, of: name, at: node.place) }
            default: continue
            }
        }
    }

    private func choice(_ name: String, _ text: String, _ known: [String], _ node: Node) {
        guard !known.contains(text) else { return }
        log.add(
            "\(name): '\(text)' is not supported", at: node.place,
            hint: known[0] == "sudo" ? "use sudo" : "write ssh or local", rule: .notSupported)
    }
}
