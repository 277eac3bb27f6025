import ArgumentParser
import Diagnostics
import Fleet
import YAML

/// `intchainctl drain HOST`: takes an app server out of Nginx, by `playbooks/drain.yml`.
struct Drain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take an app server out of Nginx; refused for the last healthy one.")

    @OptionGroup var server: DrainedServer

    func run() async throws { try await server.bring(to: "drained", as: "drain") }
}

/// `intchainctl undrain HOST`: puts a healthy app server back into Nginx.
struct Undrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put an app server back into Nginx; refused while it is not healthy.")

    @OptionGroup var server: DrainedServer

    func run() async throws { try await server.bring(to: "active", as: "undrain") }
}

/// The server that `drain` and `undrain` are about.
struct DrainedServer: ParsableArguments {
    @Argument(help: "The app server.")
    var host: String

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func bring(to state: String, as verb: String) async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(
            try SitePlaybook("drain", context: context).path,
            variables: ["drain_host": .string(host), "drain_state": .string(state)])
        let servers = try loaded.inventory.hosts(matching: "app")
        guard servers.contains(host) else {
            throw CommandFailure(
                "'\(host)' is none of the app servers",
                hint: Suggestion.hint(for: host, among: servers) ?? "they are \(servers.joined(separator: ", "))",
                status: .usage)
        }
        try await command.runTelling(loaded, as: "\(verb) \(host)", lock)
    }
}
