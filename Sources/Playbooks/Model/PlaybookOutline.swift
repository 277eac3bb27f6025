package import Fleet

/// What a playbook would work on: its plays with their hosts, selected tasks and tags; nothing is run.
package struct PlaybookOutline: Sendable {
    package struct Play: Sendable {
        package var name: String
        package var hosts: [String]
        package var tasks: [String]
        package var tags: [String]
    }

    package let plays: [Play]

    /// - Throws: `Problem` when a pattern or the limit names nothing.
    package init(_ playbook: Playbook, inventory: Inventory, options: RunOptions) throws {
        let limit = try options.limit.map { Set(try inventory.hosts(matching: $0)) }
        plays = try playbook.plays.map { play in
            let tasks = play.sections.flatMap(\.allTasks)
            let hosts = try inventory.hosts(matching: play.hosts, at: play.hostsPlace)
            return Play(
                name: play.name ?? play.hosts, hosts: hosts.filter { limit?.contains($0) ?? true },
                tasks: tasks.filter { options.selects(tags: $0.keywords.tags) }.map(\.label),
                tags: Set(tasks.flatMap(\.keywords.tags)).sorted())
        }
    }
}
