import OrderedCollections
import ArgumentParser
import Fleet
import Playbooks
import Remote
import SSHTransport

#if canImport(Glibc)
    import Glibc
#endif

/// `intchainctl ssh HOST [-- COMMAND]`: OpenSSH's own client, with the inventory's address, user, key and host key.
struct SSHCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh", abstract: "Open a shell on a host, as the inventory says how to reach it.")

    @Argument(help: "The host's name in the inventory.")
    var host: String

    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags

    @Option(
        name: .customLong("accept-host-key"),
        help: "Record the host's key in known_hosts if its fingerprint is this one.")
    var acceptHostKey: String?

    @Argument(parsing: .postTerminator, help: "A command, after '--'.")
    var command: [String] = []

    func run() async throws {
        let context = Context.live()
        var options = RunOptions()
        try connection.apply(to: &options, environment: context.environment)
        options.inventoryNames = inventory.names()
        let loaded = try inventory.load()
        guard let name = try loaded.hosts(matching: host).first, loaded.hosts[host] != nil else {
            throw CommandFailure("'\(host)' is not one host", hint: "name one of the inventory's hosts", status: .usage)
        }
        let site = context.site(loaded, options: options, observer: SilentView())
        let endpoint = try ConnectionSettings(host: name, site: site).endpoint
        if let acceptHostKey {
            try await LibSSHTransport().acceptHostKey(of: endpoint, fingerprint: acceptHostKey)
            return context.console.say("\(host): the key \(acceptHostKey) is recorded")
        }
        try OpenSSH(endpoint).replaceProcess(command: command)
    }
}
