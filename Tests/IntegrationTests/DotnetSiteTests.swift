import Foundation
import Testing

/// A site whose services are .NET programs: everything about them is the inventory's.
@Suite struct DotnetSiteTests {
    private static let variables = """
        services_need_dotnet: true
        gateway_port: 6000
        service_environment: { ASPNETCORE_ENVIRONMENT: Production }
        migrate_command: ./efbundle
        services:
          - name: gateway
            program: intchain-gateway
            port: 6000
            command: dotnet Intchain.Gateway.dll
            directory: /app/intchain/current/gateway
            health: /healthz
          - name: order
            program: intchain-order
            port: 6002
            command: dotnet Intchain.Order.dll
            directory: /app/intchain/current/order
            health: /healthz
        """

    private static let program = """
        ; Written by intchainctl; changes made here are overwritten.
        [program:intchain-order]
        command=dotnet Intchain.Order.dll
        directory=/app/intchain/current/order
        user=intchain
        environment=HOME="/app/intchain",ASPNETCORE_ENVIRONMENT="Production"
        """

    @Test func rendersItsPrograms() async throws {
        let folder = try Scratch()
        let file = folder.file("dotnet.yml")
        try Self.variables.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try await Tool.run(
            [
                "render", "playbooks/provision.yml", folder.file("out"), "-i", "inventories/production.yml",
                "--os-family", "Debian", "-e", "@\(file)",
            ], environment: ShippedContentTests.secrets)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let programs = folder.file("out/app1/etc/supervisor/conf.d")
        let names = try FileManager.default.contentsOfDirectory(atPath: programs).sorted()
        #expect(names == ["intchain-gateway.conf", "intchain-order.conf"])
        let program = try String(contentsOfFile: programs + "/intchain-order.conf", encoding: .utf8)
        #expect(program.hasPrefix(Self.program + "\n"), "\(program)")
    }
}
