import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `community.mysql.mysql_db`: databases are there, or gone. The encoding counts when one is made.
struct MySQLDatabaseModule: Convergent {
    static let spec = ModuleSpec(
        "community.mysql.mysql_db", summary: "Makes or drops MySQL databases.",
        arguments: [
            ArgumentSpec("name", .list(.string), required: true, aliases: ["db"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("encoding"), ArgumentSpec("collation"),
        ] + MySQLLogin.arguments)

    let names: [String]
    let isWanted: Bool
    let encoding: String?
    let collation: String?
    let login: MySQLLogin

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        names = try arguments.strings("name") ?? []
        isWanted = try arguments.string("state") != "absent"
        encoding = try arguments.string("encoding")
        collation = try arguments.string("collation")
        login = try MySQLLogin(arguments)
        guard names.allSatisfy({ !$0.isEmpty }) else { throw arguments.problem("name", "a name is empty") }
    }

    private var server: SQLProbe { SQLProbe(MySQLServer.question, as: login) }
    private var databases: SQLProbe { SQLProbe("SELECT schema_name FROM information_schema.schemata", as: login) }
    package var probes: [any Probe] { [server, databases] }

    func converge(_ findings: Findings) throws -> Convergence {
        let list = Value.list(names.map { .string($0) })
        let result: ValueMap = ["db": .string(names.joined(separator: " ")), "db_list": list]
        if try MySQLServer(findings(server)).followsItsPrimary { return Convergence(result: result) }
        let present = Set(try findings(databases).get().compactMap(\.first))
        let changes = names.filter { present.contains($0) != isWanted }.map { isWanted ? create($0) : drop($0) }
        return Convergence(changes, result: result)
    }

    private func create(_ name: String) -> Change {
        var statement: SQL = "CREATE DATABASE \(name: name)"
        if let encoding { statement = "\(statement) CHARACTER SET \(encoding)" }
        if let collation { statement = "\(statement) COLLATE \(collation)" }
        return login.change("create database \(name)", [statement])
    }

    private func drop(_ name: String) -> Change {
        login.change("drop database \(name)", ["DROP DATABASE \(name: name)"])
    }
}
