import ArgumentParser
import Glibc
import Logging
import Services

/// A command that runs one service until it is told to stop.
protocol ServeCommand: AsyncParsableCommand {
    static var service: ServiceName { get }
    var options: ServeOptions { get }
}

struct ServeOptions: ParsableArguments {
    @Option(help: "Configuration file; otherwise /app/intchain/shared/appsettings.Production.json, then ./")
    var config: String?
}

extension ServeCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: service.rawValue, abstract: "Run the \(service.rawValue) service.")
    }

    func run() async throws {
        let settings = try SettingsFile.load(Settings.self, from: options.config)
        let logger = Logger(label: Self.service.rawValue) { name in
            JSONLogHandler(service: name, level: settings.logging.level, errorFile: settings.logging.errorFile)
        }
        try await ServiceProcess(Self.service, settings: settings, logger: logger, overrun: { Glibc.exit(0) }).run()
    }
}

struct Gateway: ServeCommand {
    static let service = ServiceName.gateway
    @OptionGroup var options: ServeOptions
}

struct User: ServeCommand {
    static let service = ServiceName.user
    @OptionGroup var options: ServeOptions
}

struct Order: ServeCommand {
    static let service = ServiceName.order
    @OptionGroup var options: ServeOptions
}

struct Inventory: ServeCommand {
    static let service = ServiceName.inventory
    @OptionGroup var options: ServeOptions
}

struct Approval: ServeCommand {
    static let service = ServiceName.approval
    @OptionGroup var options: ServeOptions
}

struct Logistics: ServeCommand {
    static let service = ServiceName.logistics
    @OptionGroup var options: ServeOptions
}

struct Notification: ServeCommand {
    static let service = ServiceName.notification
    @OptionGroup var options: ServeOptions
}
