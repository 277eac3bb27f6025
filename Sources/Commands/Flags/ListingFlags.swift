import ArgumentParser
import Playbooks

/// Questions about a playbook that are answered without contacting a host.
struct ListingFlags: ParsableArguments {
    @Flag(name: .customLong("list-hosts"), help: "List the hosts of each play; contact nobody.")
    var hosts = false

    @Flag(name: .customLong("list-tasks"), help: "List the tasks that the flags select; contact nobody.")
    var tasks = false

    @Flag(name: .customLong("list-tags"), help: "List the tags of each play; contact nobody.")
    var tags = false

    @Flag(name: .customLong("syntax-check"), help: "Only check the playbook, as 'validate' does.")
    var syntax = false

    var isAsked: Bool { hosts || tasks || tags || syntax }

    /// - Throws: `Problem` when `--limit` names nothing.
    func show(_ loaded: PlaybookCommand.Loaded, on console: Console) throws {
        let outline = try PlaybookOutline(loaded.playbook, inventory: loaded.inventory, options: loaded.options)
        if syntax, !hosts, !tasks, !tags { return console.say("no mistakes found") }
        for play in outline.plays {
            console.print("play: \(play.name)")
            if hosts { for host in play.hosts { console.print("  host: \(host)") } }
            if tasks { for task in play.tasks { console.print("  task: \(task)") } }
            if tags { console.print("  tags: \(play.tags.joined(separator: ", "))") }
        }
    }
}
