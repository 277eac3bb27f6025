package import ArgumentParser
import Lab

/// `lab up`: boots the lab, or what of it is down.
package struct LabUp: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Boots the lab; hosts that run are left alone, dead ones are repaired.")

    @OptionGroup package var lab: LabOptions

    @Option(name: .long, help: "Only these of the seven servers, with commas between; 'none' for none.")
    package var hosts: String?

    @Option(name: .long, help: "How many bare hosts to add: spare1, spare2, …")
    package var spare = 0

    package init() {}

    package func run() async throws {
        let report = try await lab.site.up(request())
        print(LabTable(report: report).text)
        print(LabTable.nextSteps(for: report))
    }

    private func request() throws -> LabRequest {
        let names = hosts.map { $0 == "none" ? [] : $0.split(separator: ",").map(String.init) }
        return LabRequest(servers: try names.map(Topology.servers), spares: try Topology.spares(spare))
    }
}
