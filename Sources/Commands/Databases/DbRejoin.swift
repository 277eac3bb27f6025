import ArgumentParser
import Databases
import Playbooks
import YAML

/// `intchainctl db rejoin HOST`: a database server comes back under the primary, by `playbooks/db-rejoin.yml`.
struct DbRejoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejoin", abstract: "Bring a database server back under the primary.",
        discussion: """
            Its MySQL is started if it does not run, and stays read-only. If it has nothing that the primary lacks, it \
            replicates from there on. If it has transactions of its own, they are saved in a file, and it is left alone \
            unless --rebuild says that all its data may be replaced by a copy of the primary's.
            """)

    @Argument(help: "The server.")
    var host: String

    @Flag(help: "Replace all its data by a copy of the primary's, if that is needed.")
    var rebuild = false

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let topology = try await MySQLSurvey(context: context, flags: flags).topology()
        for line in topology.tree { context.console.say(line) }
        let primary: MySQLSight
        do {
            guard topology[host] != nil else {
                throw CommandFailure("\(host) is none of the database servers", status: .usage)
            }
            primary = try Rejoin.primary(of: topology, for: host)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)", hint: "nothing was changed", status: .hostFailed)
        }
        let way = topology[host]?.report.map { Rejoin($0, under: primary) }
        context.console.say(
            "  "
                + (way?.sentence(host, under: primary.name).replacing("\n", with: "\n  ")
                    ?? "what \(host) has will be known when its MySQL runs"))
        if rebuild {
            context.console.say(
                "  if it can't be attached as it is, all its data is replaced by a copy of \(primary.name)'s")
        }
        try confirmation.confirm("Bring \(host) back under \(primary.name)?", console: context.console)
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(
            try SitePlaybook("db-rejoin", context: context).path,
            variables: [
                "rejoin_host": .string(host), "rejoin_desk": .string(primary.name), "rejoin_rebuild": .bool(rebuild),
            ])
        let recap = try await command.run(loaded, as: "db rejoin \(host)", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }
}
