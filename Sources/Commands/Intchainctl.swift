public import ArgumentParser

/// The root command: every verb of the tool hangs below it.
public struct Intchainctl: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "intchainctl",
        abstract: "Provisions, deploys, checks, backs up and repairs a site of servers over SSH.",
        version: toolVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Playbooks", subcommands: [Validate.self, Plan.self, Apply.self, Drift.self, Render.self]),
            CommandGroup(
                name: "Releases",
                subcommands: [
                    Deploy.self, Rollback.self, Status.self, Resume.self, Abort.self, History.self, Releases.self,
                    ReleaseCommand.self, Migrate.self, HealthCommand.self,
                ]),
            CommandGroup(
                name: "Hosts", subcommands: [InventoryCommand.self, RunCommand.self, Ping.self, SSHCommand.self]),
            CommandGroup(
                name: "Site",
                subcommands: [
                    DbCommand.self, RedisCommand.self, FailoverCommand.self, Drain.self, Undrain.self, Replace.self,
                    DoctorCommand.self, BackupCommand.self, Restore.self, LockCommand.self,
                ]),
            CommandGroup(name: "Rehearsal", subcommands: [LabCommand.self, DrillCommand.self]),
        ]
    )

    static let toolVersion = "0.1.0"

    public init() {}
}
