import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `intchain.site.mysql_member`: gives a server its place in the site's replication. The inventory decides once, at the
/// birth; from then on the servers do, so that applying this after a failover changes nothing and demotes nobody.
struct MySQLMemberModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.mysql_member", summary: "Gives a MySQL server its place in the site's replication.",
        hangsOnHost: true,
        arguments: [
            ArgumentSpec("name"), ArgumentSpec("peers", .raw, required: true), ArgumentSpec("port", .int),
            ArgumentSpec("birth_primary", required: true), ArgumentSpec("epoch_file", .path),
            ArgumentSpec("replication_user", required: true),
            ArgumentSpec("replication_password", required: true, secret: true),
            ArgumentSpec("replication_host"), ArgumentSpec("timeout", .int),
        ] + MySQLLogin.arguments)

    let name: String
    let peers: [SitePeer]
    let birthPrimary: String
    let epochFile: String
    let account: MySQLAccount
    let password: Secret
    let patience: Int
    let login: MySQLLogin

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        let name = try arguments.string("name") ?? context.host
        self.name = name
        let port = try arguments.int("port") ?? 3306
        peers = try SitePeer.list("peers", arguments, defaultPort: port, context).filter { $0.name != name }
        birthPrimary = try arguments.requiredString("birth_primary")
        epochFile = try Epoch.file(arguments)
        account = MySQLAccount(
            user: try arguments.requiredString("replication_user"),
            host: try arguments.string("replication_host") ?? "%")
        password = Secret(try arguments.requiredString("replication_password"))
        patience = try arguments.seconds("timeout") ?? 300
        login = try MySQLLogin(arguments)
        guard birthPrimary == name || peers.contains(where: { $0.name == birthPrimary }) else {
            throw arguments.problem("birth_primary", "'\(birthPrimary)' is not among the peers")
        }
    }

    var looksElsewhere: Bool { true }

    var probes: [any Probe] {
        let own: [any Probe] = [server, settings, channel, accounts, epoch]
        return own + peers.map(question)
    }

    var server: SQLProbe { SQLProbe(MySQLServer.question, as: login) }
    var settings: SQLProbe { SQLProbe("SELECT @@global.gtid_mode, @@global.log_bin", as: login) }
    var channel: SQLProbe { SQLProbe(ReplicationChannel.question(password: password), as: login) }
    var epoch: FileProbe { FileProbe(epochFile, content: .always) }

    var accounts: SQLProbe {
        SQLProbe("SELECT user FROM mysql.user WHERE user=\(account.user) AND host=\(account.host)", as: login)
    }

    func question(_ peer: SitePeer) -> SQLProbe {
        SQLProbe("SELECT @@global.read_only, @@global.gtid_executed=''", as: login(to: peer))
    }

    /// A peer as the replication account sees it, always over TLS.
    func login(to peer: SitePeer) -> MySQLLogin {
        MySQLLogin(
            user: account.user, password: password, address: peer.address, port: peer.port,
            authorityFile: login.authorityFile, requiresTLS: true, connectTimeout: 3)
    }
}
