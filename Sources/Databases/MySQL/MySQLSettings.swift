import Modules
import Remote
import YAML

/// What the modules that move the writes are told of the site's database servers.
struct MySQLSettings: Sendable {
    let servers: [SitePeer]
    let login: MySQLLogin
    let epochFile: String
    let account: MySQLAccount
    let password: Secret

    static let arguments: [ArgumentSpec] =
        [
            ArgumentSpec("servers", .raw, required: true), ArgumentSpec("epoch_file", .path),
            ArgumentSpec("replication_user", required: true),
            ArgumentSpec("replication_password", required: true, secret: true),
        ] + MySQLLogin.arguments

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        servers = try SitePeer.list("servers", arguments, defaultPort: 3306, context)
        login = try MySQLLogin(arguments)
        epochFile = try Epoch.file(arguments)
        account = MySQLAccount(user: try arguments.requiredString("replication_user"), host: "%")
        password = Secret(try arguments.requiredString("replication_password"))
    }

    /// A server's name among the arguments, or nil when it was left out or left empty.
    func server(_ argument: String, _ arguments: Arguments) throws -> String? {
        guard let name = try arguments.string(argument), !name.isEmpty else { return nil }
        guard servers.contains(where: { $0.name == name }) else {
            throw arguments.problem(
                argument, "'\(name)' is none of the database servers",
                hint: "they are \(servers.map(\.name).joined(separator: ", "))")
        }
        return name
    }

    var look: MySQLLook { MySQLLook(login: login, epochFile: epochFile) }

    func peer(_ name: String) throws -> SitePeer {
        guard let peer = servers.first(where: { $0.name == name }) else {
            throw ModuleFailure("\(name) is none of the database servers")
        }
        return peer
    }

    /// How another server sees this one: with the replication account, always over TLS.
    func login(to peer: SitePeer) -> MySQLLogin {
        MySQLLogin(
            user: account.user, password: password, address: peer.address, port: peer.port,
            authorityFile: login.authorityFile, requiresTLS: true, connectTimeout: 3)
    }

    func source(_ peer: SitePeer) -> ReplicationSource {
        ReplicationSource(
            address: peer.address, port: peer.port, user: account.user, password: password,
            authorityFile: login.authorityFile)
    }
}
