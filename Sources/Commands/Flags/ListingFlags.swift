import ArgumentParser
import OrderedCollections
import Playbooks
import YAML

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
    func show(_ loaded: PlaybookCommand.Loaded, as format: OutputFlags.Format, on console: Console) throws {
        let outline = try PlaybookOutline(loaded.playbook, inventory: loaded.inventory, options: loaded.options)
        if syntax, !hosts, !tasks, !tags { return console.say("no mistakes found") }
        guard format == .text else { return show(outline, as: format, on: console) }
        for play in outline.plays {
            console.print("play: \(play.name)")
            if hosts { for host in play.hosts { console.print("  host: \(host)") } }
            if tasks { for task in play.tasks { console.print("  task: \(task)") } }
            if tags { console.print("  tags: \(play.tags.joined(separator: ", "))") }
        }
    }

    /// As one document, or as one event a play.
    private func show(_ outline: PlaybookOutline, as format: OutputFlags.Format, on console: Console) {
        let plays = outline.plays.map { play in
            var value: ValueMap = ["play": .string(play.name)]
            if hosts { value["hosts"] = .list(play.hosts.map(Value.string)) }
            if tasks { value["tasks"] = .list(play.tasks.map(Value.string)) }
            if tags { value["tags"] = .list(play.tags.map(Value.string)) }
            return value
        }
        guard format == .jsonl else {
            return console.print(Value.map(["plays": .list(plays.map(Value.map))]).json(pretty: true))
        }
        for play in plays {
            let event: ValueMap = ["event": "play_listed"]
            console.print(Value.map(event.merging(play) { $1 }).json())
        }
    }
}
