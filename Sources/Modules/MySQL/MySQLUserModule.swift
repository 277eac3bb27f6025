import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `community.mysql.mysql_user`: an account with its password, its privileges and what its connections must be like.
struct MySQLUserModule: Convergent {
    static let spec = ModuleSpec(
        "community.mysql.mysql_user", summary: "Makes, changes or drops a MySQL account.",
        arguments: [
            ArgumentSpec("name", required: true), ArgumentSpec("host"), ArgumentSpec("password", secret: true),
            ArgumentSpec("priv", .raw), ArgumentSpec("append_privs", .bool),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("update_password", choices: ["always", "on_create"]),
            ArgumentSpec("plugin"), ArgumentSpec("tls_requires", .map), ArgumentSpec("resource_limits", .map),
            ArgumentSpec("column_case_sensitive", .bool), ArgumentSpec("sql_log_bin", .bool),
        ] + MySQLLogin.arguments)

    let account: MySQLAccount
    let password: Secret?
    let updatesPassword: Bool
    let plugin: String?
    let privileges: Privileges?
    let keepsOtherPrivileges: Bool
    let requirement: TLSRequirement?
    let limits: ResourceLimits
    let isWanted: Bool
    /// What is changed goes into the server's binary log, and so to its replicas.
    let isLogged: Bool
    let login: MySQLLogin

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        account = MySQLAccount(
            user: try arguments.requiredString("name"), host: try arguments.string("host") ?? "localhost")
        password = try arguments.string("password").map(Secret.init)
        updatesPassword = try arguments.string("update_password") != "on_create"
        plugin = try arguments.string("plugin")
        privileges = try Self.privileges(arguments)
        keepsOtherPrivileges = try arguments.bool("append_privs") ?? false
        requirement = try arguments.map("tls_requires").map { try TLSRequirement($0, arguments) }
        limits = try ResourceLimits(arguments)
        isWanted = try arguments.string("state") != "absent"
        isLogged = try arguments.bool("sql_log_bin") ?? true
        guard try arguments.bool("column_case_sensitive") ?? true else {
            throw arguments.problem(
                "column_case_sensitive", "columns are compared as they are written", hint: "leave it out")
        }
        login = try MySQLLogin(arguments)
    }

    /// `db.*:SELECT/…`, or a mapping of objects to privileges.
    private static func privileges(_ arguments: Arguments) throws -> Privileges? {
        switch arguments.raw("priv") {
        case nil: return nil
        case .map(let entries):
            let parts = entries.map { "\($0.string ?? ""):\($1.string ?? "")" }
            return try privileges(parts.joined(separator: "/"), arguments)
        default: return try arguments.string("priv").map { try privileges($0, arguments) }
        }
    }

    private static func privileges(_ text: String, _ arguments: Arguments) throws -> Privileges {
        do { return try Privileges(parsing: text) } catch {
            throw arguments.problem("priv", "\(error)", hint: "write 'db.*:SELECT,INSERT/other.*:ALL'")
        }
    }

    package var probes: [any Probe] {
        let sql: [any Probe] = [server, present, grants, ownGrants]
        return sql + (trial.map { [$0] } ?? [])
    }

    var server: SQLProbe { SQLProbe(MySQLServer.question, as: login) }
    var grants: SQLProbe { SQLProbe("SHOW GRANTS FOR \(account.sql)", as: login) }
    var ownGrants: SQLProbe { SQLProbe("SHOW GRANTS", as: login) }

    var present: SQLProbe {
        SQLProbe(
            """
            SELECT plugin, ssl_type, max_questions, max_updates, max_connections, max_user_connections FROM mysql.user \
            WHERE user=\(account.user) AND host=\(account.host)
            """, as: login)
    }

    var trial: LoginProbe? {
        guard isWanted, updatesPassword, let password else { return nil }
        return LoginProbe(
            user: account.user, host: account.host, password: password, requiresTLS: requirement == .ssl, login: login)
    }
}
