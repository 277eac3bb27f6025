import ArgumentParser
import Databases
import Diagnostics
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl replace HOST --with NEW`: a stand-in takes a lost server's place, by `playbooks/provision.yml` and, for an
/// app server, `playbooks/deploy.yml`.
struct Replace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let another host take a lost server's place: provisioned, filled with data, in service.",
        discussion: """
            The inventory has to know the stand-in (its address, how to log in), in no group of the site: \
            'lab up --spare 1' boots one. It gets the lost server's groups, position and variables. A database or Redis \
            server must be a replica; when it was the primary: intchainctl failover first. Whatever cuts it off, the \
            same command again goes on.
            """)

    @Argument(help: "The server that is lost.")
    var host: String

    @Option(help: ArgumentHelp("The host that takes its place.", valueName: "host"))
    var with: String

    @Option(
        help: ArgumentHelp(
            "For an app server: the release that the others serve, a folder or a file; without it, they give it.",
            valueName: "dir"))
    var release: String?

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let groups = try groups(in: try flags.inventory.load())
        try await refuseAPrimary(groups, context)
        var command = PlaybookCommand(context: context, flags: flags)
        command.standIn = StandIn(for: host, by: with)
        let provision = try command.load(try SitePlaybook("provision", context: context).path)
        let source = groups.contains("app") ? try await LiveSource(release, context, flags) : nil
        let deploy = try source.map { try load($0, command) }
        for (number, step) in steps(groups).enumerated() { context.console.say("  \(number + 1). \(step)") }
        try confirmation.confirm("Let \(with) take the place of \(host)?", console: context.console)
        let recap = try await command.run(provision, as: "replace \(host)", lock)
        try ExitStatus(of: recap).throwUnlessDone()
        if let deploy {
            var rollout = Rollout(command: command, kind: "deploy", name: "replace \(host)", lock: lock)
            rollout.source = source?.path
            rollout.give(Self.variables)
            try await rollout.run(deploy)
        }
        context.console.say(
            """
            \(with) is in the place of \(host): now write it there in the inventory (\(groups.joined(separator: ", "))), \
            with all that names \(host)
            keep \(host) off, or empty it; where it is to come back as well, write it into the inventory and let the \
            others' firewalls know it before it joins: intchainctl apply playbooks/base.yml
            """)
    }

    /// The groups of the lost server.
    /// - Throws: `CommandFailure` when one of the two can't be meant.
    private func groups(in inventory: Inventory) throws -> [String] {
        let known = Array(inventory.hosts.keys)
        for name in [host, with] where inventory.hosts[name] == nil {
            throw CommandFailure(
                "'\(name)' is no host of the inventory",
                hint: Suggestion.hint(for: name, among: known) ?? "they are \(known.joined(separator: ", "))",
                status: .usage)
        }
        let site = ["nginx", "app", "db", "redis"]
        let groups = inventory.groups(of: host).filter(site.contains)
        guard !groups.isEmpty else { throw CommandFailure("\(host) is no server of the site", status: .usage) }
        if let taken = inventory.groups(of: with).first(where: site.contains) {
            throw CommandFailure("\(with) is a server of the site already, in the group \(taken)", status: .usage)
        }
        guard !groups.contains("nginx") else {
            throw CommandFailure(
                "\(host) is the address that clients know",
                hint: "give a new host that address, and apply playbooks/provision.yml", status: .usage)
        }
        guard groups.contains("app") || release == nil else {
            throw CommandFailure("--release is for app servers", status: .usage)
        }
        return groups
    }

    private func refuseAPrimary(_ groups: [String], _ context: Context) async throws {
        if groups.contains("db") {
            let primary = try await MySQLSurvey(context: context, flags: flags).topology().primary?.name
            try refuse(primary, "db")
        }
        if groups.contains("redis") {
            try refuse(try await RedisSurvey(context: context, flags: flags).topology().primary?.name, "redis")
        }
    }

    private func refuse(_ primary: String?, _ noun: String) throws {
        guard let primary else {
            throw CommandFailure(
                "no server takes writes, so there is nothing to copy",
                hint: "intchainctl failover \(noun)", status: .hostFailed)
        }
        guard primary != host else {
            throw CommandFailure(
                "\(host) takes the writes", hint: "move them first: intchainctl failover \(noun) --planned",
                status: .hostFailed)
        }
    }

    /// The others serve the release already: nothing is rolled over them.
    private static let variables: [String: Value] = ["rollout_catches_up": true]

    private func load(_ source: LiveSource, _ command: PlaybookCommand) throws -> PlaybookCommand.Loaded {
        try command.load(
            try SitePlaybook(source.playbook, context: command.context).path,
            variables: Self.variables.merging(source.variables) { $1 })
    }

    private func steps(_ groups: [String]) -> [String] {
        var steps = ["\(with) is provisioned as \(groups.joined(separator: ", ")), in the place of \(host)"]
        if groups.contains("db") { steps.append("it gets the primary's data, and replicates from it") }
        if groups.contains("redis") { steps.append("it copies from the primary") }
        steps.append("firewalls, services and Nginx of the others know \(with), and \(host) no more")
        if groups.contains("app") {
            steps.append("it gets the release that the others serve, and takes requests when it is healthy")
        }
        return steps
    }
}
