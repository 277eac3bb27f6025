import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Files on the operator's machine that tasks may make: they need not be there before the run.
struct MadeFiles {
    let playbook: Playbook
    let inventory: Inventory?

    /// Whether a task of the playbook may make one of these files.
    func mayHold(_ paths: [String]) -> Bool {
        let names = paths.map(ProjectPath.name)
        return playbook.plays.contains { play in
            let tasks = play.sections.flatMap(\.allTasks) + play.handlers
            if tasks.contains(where: { task in self.names(task, names) || isDelegated(task) }) { return true }
            return tasks.contains(where: writes) && isLocal(play)
        }
    }

    /// A text with a lookup reads what it names.
    private func names(_ task: PlaybookTask, _ names: [String]) -> Bool {
        task.arguments.contains { argument in
            guard let text = argument.value.string, !text.contains("lookup("), !text.contains("query(") else {
                return false
            }
            return names.contains { text.contains($0) }
        }
    }

    private func isDelegated(_ task: PlaybookTask) -> Bool {
        guard writes(task), let name = task.keywords.delegateTo?.string else { return false }
        return TemplatedText.isTemplated(name) || isLocal(name)
    }

    private func writes(_ task: PlaybookTask) -> Bool { !Self.readers.contains(task.module.spec.name) && !task.isMeta }

    private func isLocal(_ play: Play) -> Bool {
        guard let inventory, let hosts = try? inventory.hosts(matching: play.hostPatterns, at: nil) else { return true }
        return isLocal(play.vars) || hosts.contains { isLocal($0) }
    }

    private func isLocal(_ host: String) -> Bool {
        guard let inventory, inventory.hosts[host] != nil else { return true }
        return host == "localhost" || isLocal(inventory.variables(of: host))
    }

    private func isLocal(_ variables: RawVariables) -> Bool {
        variables["ansible_connection"].map { $0.string?.hasSuffix("ssh") != true } ?? false
    }

    private static let readers: Set<String> = Set(
        ["assert", "debug", "fail", "pause", "ping", "set_fact", "setup", "stat", "wait_for"].map {
            "ansible.builtin.\($0)"
        })
}
