import OrderedCollections
import Remote
import YAML

extension MySQLUserModule {
    func converge(_ findings: Findings) throws -> Convergence {
        let result: ValueMap = ["user": .string(account.user)]
        if try MySQLServer(findings(server)).followsItsPrimary { return Convergence(result: result) }
        let row = try findings(present).get().first
        guard isWanted else {
            let drop = change("drop account \(account)", ["DROP USER \(account.sql)"])
            return Convergence(row == nil ? [] : [drop], result: result)
        }
        guard let row, row.count == 6 else { return Convergence(try create(findings), result: result) }
        let changes = try [alter(row, findings), grant(findings)].compactMap { $0 }
        return Convergence(changes, result: result)
    }

    private func create(_ findings: Findings) throws -> [Change] {
        var statement: SQL = "CREATE USER \(account.sql)\(identified)"
        if let requirement { statement = "\(statement) \(requirement.sql)" }
        if !limits.values.isEmpty { statement = "\(statement) \(ResourceLimits.sql(limits.values))" }
        let grants = (privileges ?? Privileges()).byObject.isEmpty ? [] : grantStatements(from: Privileges())
        return [change("create account \(account)", [statement] + grants)]
    }

    /// ` IDENTIFIED …`, or nothing: then MySQL makes an account without a password.
    private var identified: SQL {
        switch (plugin, password) {
        case (let plugin?, let password?): " IDENTIFIED WITH \(name: plugin) BY \(password.reveal())"
        case (let plugin?, nil): " IDENTIFIED WITH \(name: plugin)"
        case (nil, let password?): " IDENTIFIED BY \(password.reveal())"
        case (nil, nil): ""
        }
    }

    /// One ALTER USER for everything that differs but the privileges.
    private func alter(_ row: [String], _ findings: Findings) throws -> Change? {
        var differences: [String] = []
        var clauses: SQL = ""
        let wrongPlugin = plugin.map { $0 != row[0] } ?? false
        if try wrongPlugin || isPasswordWrong(findings) {
            differences.append(wrongPlugin ? "authentication \(row[0]) → \(plugin ?? "")" : "new password")
            clauses = identified
        }
        if let requirement, requirement.column != row[1] {
            differences.append("\(requirement.sql.text)")
            clauses = "\(clauses) \(requirement.sql)"
        }
        let newLimits = limits.differing(from: Array(row[2...]))
        if !newLimits.isEmpty {
            differences += newLimits.keys.sorted()
            clauses = "\(clauses) \(ResourceLimits.sql(newLimits))"
        }
        guard !differences.isEmpty else { return nil }
        return change(
            "change account \(account): \(differences.joined(separator: ", "))", ["ALTER USER \(account.sql)\(clauses)"]
        )
    }

    private func change(_ summary: String, _ statements: [SQL]) -> Change {
        login.change(summary, (isLogged ? [] : ["SET SESSION sql_log_bin=0"]) + statements)
    }

    private func isPasswordWrong(_ findings: Findings) throws -> Bool {
        guard let trial else { return false }
        switch try findings(trial) {
        case .accepted: return false
        case .denied: return true
        case .unknown:
            throw ModuleFailure(
                """
                the password of \(account) cannot be tried from this host: no address of its own is covered by \
                '\(account.host)'; add update_password: on_create
                """)
        }
    }

    private func grant(_ findings: Findings) throws -> Change? {
        guard privileges != nil else { return nil }
        let have = Privileges(grantLines: try findings(grants).get().compactMap(\.first))
        let all = Privileges(grantLines: try findings(ownGrants).get().compactMap(\.first))
        let statements = grantStatements(from: collapsing(have, all))
        guard !statements.isEmpty else { return nil }
        return change("change privileges of \(account)", statements)
    }

    private func grantStatements(from have: Privileges) -> [SQL] {
        have.statements(to: privileges ?? Privileges(), for: account, keepsOthers: keepsOtherPrivileges)
    }

    /// SHOW GRANTS spells out a global ALL as a list: one that holds all that the administrator has is ALL.
    private func collapsing(_ have: Privileges, _ administrator: Privileges) -> Privileges {
        guard let own = have.byObject["*.*"], privileges?.byObject["*.*"]?.contains("ALL") == true else { return have }
        let all = (administrator.byObject["*.*"] ?? []).subtracting(["GRANT"])
        guard !all.isEmpty, own.isSuperset(of: all) else { return have }
        var collapsed = have
        collapsed.byObject["*.*"] = Set(["ALL"]).union(own.intersection(["GRANT"]))
        return collapsed
    }
}
