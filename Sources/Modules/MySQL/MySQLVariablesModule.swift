import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `community.mysql.mysql_variables`: a global variable of the running server has a value.
struct MySQLVariablesModule: Convergent {
    static let spec = ModuleSpec(
        "community.mysql.mysql_variables", summary: "Shows or sets a MySQL server's global variable.",
        arguments: [
            ArgumentSpec("variable", required: true), ArgumentSpec("value"),
            ArgumentSpec("mode", choices: ["global", "persist", "persist_only"]),
        ] + MySQLLogin.arguments)

    let variable: String
    let value: String?
    let mode: String
    let login: MySQLLogin

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        variable = try arguments.requiredString("variable").lowercased()
        value = try arguments.string("value")
        mode = try arguments.string("mode") ?? "global"
        login = try MySQLLogin(arguments)
        guard variable.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0.isLetterOrDigit })
        else {
            throw arguments.problem("variable", "'\(variable)' is no variable's name")
        }
    }

    private var server: SQLProbe { SQLProbe(MySQLServer.question, as: login) }

    /// `@@x` would fail for a variable that the version does not have; this gives no row.
    private var present: SQLProbe {
        let table: SQL = mode == "global" ? "global_variables" : "persisted_variables"
        return SQLProbe(
            "SELECT variable_value FROM performance_schema.\(table) WHERE variable_name=\(variable)", as: login)
    }

    var probes: [any Probe] { [server, present] }

    func converge(_ findings: Findings) throws -> Convergence {
        _ = try MySQLServer(findings(server))
        let before = try findings(present).get().first?.first
        guard let value else { return Convergence(result: ["msg": before.map { .string($0) } ?? .null]) }
        guard before != nil || mode != "global" else {
            throw ModuleFailure("this server has no variable '\(variable)'")
        }
        guard before.map(Self.normal) != Self.normal(value) else { return Convergence() }
        let scope = SQL(verbatim: mode.uppercased())
        let name = SQL(verbatim: variable)
        let text: SQL = Int(value) == nil ? "\(value)" : SQL(verbatim: value)
        return Convergence([
            login.change("\(variable) \(before ?? "unset") → \(value)", ["SET \(scope) \(name) = \(text)"])
        ])
    }

    private static func normal(_ value: String) -> String {
        if let number = Double(value), number != 0, number != 1 { return String(number) }
        return switch value.uppercased() {
        case "1", "ON", "TRUE", "YES": "ON"
        case "0", "OFF", "FALSE", "NO": "OFF"
        default: value
        }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
