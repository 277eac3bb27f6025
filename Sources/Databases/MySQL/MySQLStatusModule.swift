import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.mysql_status`: what a database server says of itself; nothing is changed.
package struct MySQLStatusModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_status",
        summary: "Reads a database server's place, its transactions and how it replicates.",
        arguments: [ArgumentSpec("servers", .raw, required: true), ArgumentSpec("epoch_file", .path)]
            + MySQLLogin.arguments)

    let servers: [SitePeer]
    let look: MySQLLook

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        servers = try SitePeer.list("servers", arguments, defaultPort: 3306, context)
        look = MySQLLook(login: try MySQLLogin(arguments), epochFile: try Epoch.file(arguments))
    }

    package var onlyReads: Bool { true }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let address = servers.first { $0.name == host.name }?.address ?? host.name
        let sight = look.sight(host.name, address: address, try await host.run(look.fragments))
        return Outcome(changed: false, result: ["mysql": .list([sight.value])])
    }
}
