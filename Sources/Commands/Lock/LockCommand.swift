import ArgumentParser
import Fleet
import OrderedCollections
import Playbooks
import Remote

/// `lock`: who changes the site now, and keeping others from it.
struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Look at the site's lock, take it by hand, give it back.",
        discussion: """
            Runs that change the site (apply, deploy, rollback, migrate) take the lock with their first change and give \
            it back at their end. One that a person takes keeps all of them out until 'lock release'.
            """,
        subcommands: [LockStatus.self, LockAcquire.self, LockRelease.self], defaultSubcommand: LockStatus.self)
}

/// What all `lock` commands take, and the way to the hosts.
struct LockOptions: ParsableArguments {
    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var output: OutputFlags

    /// - Parameter lock: the one to take.
    func desk(_ context: Context, lock: SiteLock? = nil) throws -> (desk: LockDesk, hosts: [String]) {
        var options = RunOptions()
        try connection.apply(to: &options, environment: context.environment)
        let inventory = try inventory.load()
        let site = context.site(inventory, options: options, observer: SilentView(), lock: lock)
        let hosts = try options.limit.map { try inventory.hosts(matching: $0) } ?? Array(inventory.hosts.keys)
        return (LockDesk(site), hosts)
    }
}

extension [LockDesk.Row] {
    /// The first record, which is everybody's: a run's lock is on the hosts that it changes.
    var record: LockRecord? { lazy.compactMap { try? $0.sighting.get().record }.first }

    func sayFailures(on console: Console) {
        for row in self { if case .failure(let error) = row.sighting { console.say("\(error)") } }
    }

    var allFailed: Bool { allSatisfy { (try? $0.sighting.get()) == nil } }
}
