import ArgumentParser
import Glibc
import Services

/// The services of the Intchain system in one program: the first argument says which of them a process is.
@main
struct IntchainService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intchain-service", abstract: "Run one of the Intchain services, or migrate their database.",
        subcommands: [
            Gateway.self, User.self, Order.self, Inventory.self, Approval.self, Logistics.self, Notification.self,
            Migrate.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            guard let code = exitCode(forFailure: error) else { exit(withError: error) }
            LineOutput(descriptor: STDERR_FILENO).write("intchain-service: \(error)\n")
            Glibc.exit(code)
        }
    }

    /// 65 for bad files, 1 for the rest; nil for what the argument parser reports itself.
    private static func exitCode(forFailure error: any Error) -> Int32? {
        switch error {
        case is ConfigurationError: 65
        case let error as MigrationError: error.isBadInput ? 65 : 1
        case is ServiceFailure: 1
        default: nil
        }
    }
}
