package import ArgumentParser
import FoundationEssentials
import Lab

/// `lab status`: how each host does.
package struct LabStatus: AsyncParsableCommand {
    package enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text, json
    }

    package static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows each host's state, address, memory and uptime.")

    @OptionGroup package var lab: LabOptions

    @Option(name: .long, help: "text or json.")
    package var output = Format.text

    package init() {}

    package func run() async throws {
        let report = try await lab.site.report()
        switch output {
        case .text: print(LabTable(report: report).text)
        case .json: print(try Self.json(report))
        }
    }

    private static func json(_ report: LabReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
