import Diagnostics
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

@Suite struct MySQLTests {
    @Test func comparesVersionsNumberByNumber() throws {
        let old = try #require(MySQLVersion("8.0.36-0ubuntu0.22.04.1"))
        let new = try #require(MySQLVersion("26.10.0"))
        #expect(old < MySQLVersion(8, 0, 100))
        #expect(MySQLVersion(9, 7, 4) < new)
        #expect(MySQLVersion(26, 7) < new)
        #expect(MySQLVersion("unknown") == nil)
    }

    @Test func refusesMariaDB() {
        let answer = SQLAnswer.rows([["10.11.6-MariaDB", "Debian", "0", "0"]])
        let failure = #expect(throws: ModuleFailure.self) { try MySQLServer(answer) }
        #expect(failure?.message.contains("MariaDB") == true)
    }

    @Test func choosesTheWordsOfTheVersion() {
        #expect(MySQLDialect(version: MySQLVersion(8, 0, 20)).startReplica.text == "START SLAVE")
        #expect(MySQLDialect(version: MySQLVersion(8, 0, 22)).changeSource.text == "CHANGE MASTER TO")
        #expect(MySQLDialect(version: MySQLVersion(9, 7, 4)).changeSource.text == "CHANGE REPLICATION SOURCE TO")
        #expect(MySQLDialect(version: MySQLVersion(8, 1)).binaryLogStatus.text == "SHOW MASTER STATUS")
    }

    @Test func quotesValuesAndNamesOnOneLine() {
        let sql: SQL = "CREATE USER \("o'neil\\\n")@\("%") ON \(name: "a`b")"
        #expect(sql.text == "CREATE USER 'o''neil\\\\\\n'@'%' ON `a``b`")
    }

    /// To Swift a quote with an accent combined is another character than a quote; to MySQL it is a quote.
    @Test func quotesWhatAnAccentIsCombinedWith() {
        let sql: SQL = "DROP DATABASE \(name: "a`\u{301}; DROP DATABASE b#")"
        #expect(Array(sql.text.utf8) == Array("DROP DATABASE `a``\u{301}; DROP DATABASE b#`".utf8))
        #expect(Array(MySQLLogin.quote("a\"\u{301}b").utf8) == Array("\"a\\\"\u{301}b\"".utf8))
    }

    @Test func keepsPasswordsOutOfShellText() throws {
        let user = try Make.module(
            MySQLUserModule.self, ["name": "app", "host": "%", "password": "s3cret!", "priv": "a.*:ALL"])
        let inspection = Inspection(user.probes)
        #expect(!inspection.fragments.contains { $0.shell.text.contains("s3cret!") })
        #expect(
            inspection.fragments.contains {
                $0.inputs.contains { String(decoding: $0, as: UTF8.self).contains("s3cret!") }
            })
        #expect(!String(describing: user).contains("s3cret!"))
    }

    @Test(arguments: [true, false]) func keepsAccountsOutOfTheBinaryLogWhereItIsToldTo(isLogged: Bool) throws {
        let user = try Make.module(MySQLUserModule.self, ["name": "app", "sql_log_bin": .bool(isLogged)])
        var findings = Findings()
        findings.add(user.server, .rows([["8.4.3", "MySQL Community Server", "0", "0"]]))
        findings.add(user.present, .rows([]))
        let change = try #require(try user.converge(findings).changes.first)
        let script = String(decoding: change.fragment.inputs[1], as: UTF8.self)
        let lines = script.split(separator: "\n").drop { !$0.contains("sql_log_bin") && !$0.hasPrefix("CREATE") }
        #expect(lines.first == (isLogged ? "CREATE USER 'app'@'localhost';" : "SET SESSION sql_log_bin=0;"))
    }

    @Test func refusesToCompareColumnsInAnyCase() {
        #expect(throws: Problem.self) {
            try Make.module(MySQLUserModule.self, ["name": "app", "column_case_sensitive": false])
        }
    }

    @Test func readsRowsAndErrorsOfOneRun() throws {
        let login = MySQLLogin()
        let probes = [
            SQLProbe("SELECT 1", as: login), SQLProbe("SHOW GRANTS FOR x", as: login), SQLProbe("SELECT 2", as: login),
        ]
        let output = """
            |intchain-probe\t0
            |a\\tb\tc\\\\d
            |intchain-probe\t1
            |intchain-probe\t2
            |intchain-probe\tend
            !mysql: [Warning] something harmless
            !ERROR 1141 (42000) at line 6: There is no such grant
            =

            """
        let answers = try SQLProbe.parse(Reply(stdout: output), for: probes)
        #expect(answers[0] == .rows([["a\tb", "c\\d"]]))
        #expect(answers[1].error?.code == 1141)
        #expect(answers[2] == .rows([]))
    }

    @Test func saysWhyTheServerDidNotAnswer() throws {
        let probe = SQLProbe("SELECT 1", as: MySQLLogin())
        let refused = "!ERROR 2002 (HY000): Can't connect to local MySQL server\n=\n"
        #expect(try SQLProbe.parse(Reply(stdout: refused), for: [probe])[0].error?.code == 2002)
        let missing = "!sh: 1: mysql: not found\n=\n"
        #expect(try SQLProbe.parse(Reply(stdout: missing), for: [probe])[0].error?.message == "sh: 1: mysql: not found")
    }

    @Test func readsPrivilegesAsAnsibleWritesThem() throws {
        let privileges = try Privileges(
            parsing: "db.*:select, INSERT/`x`.t:ALL PRIVILEGES,GRANT/a.b:SELECT (z, a),USAGE")
        #expect(privileges.byObject["db.*"] == ["SELECT", "INSERT"])
        #expect(privileges.byObject["x.t"] == ["ALL", "GRANT"])
        #expect(privileges.byObject["a.b"] == ["SELECT (a, z)"])
    }

    @Test func readsGrantLines() {
        let lines = [
            "GRANT USAGE ON *.* TO `app`@`%`", "GRANT SELECT, INSERT ON `db`.* TO `app`@`%` WITH GRANT OPTION",
            "GRANT `role`@`%` TO `app`@`%`",
        ]
        let privileges = Privileges(grantLines: lines)
        #expect(privileges.byObject == ["*.*": [], "db.*": ["SELECT", "INSERT", "GRANT"]])
    }

    @Test func grantsWhatIsMissingBeforeItRevokes() throws {
        let account = MySQLAccount(user: "app", host: "%")
        let have = try Privileges(parsing: "db.*:SELECT,DROP/old.*:SELECT")
        let want = try Privileges(parsing: "db.*:SELECT,INSERT")
        #expect(
            have.statements(to: want, for: account, keepsOthers: false).map(\.text) == [
                "GRANT INSERT ON `db`.* TO 'app'@'%'", "REVOKE DROP ON `db`.* FROM 'app'@'%'",
                "REVOKE SELECT ON `old`.* FROM 'app'@'%'",
            ])
        #expect(
            have.statements(to: want, for: account, keepsOthers: true).map(\.text)
                == ["GRANT INSERT ON `db`.* TO 'app'@'%'"])
    }

    @Test func leavesAReplicaToItsPrimary() throws {
        let database = try Make.module(MySQLDatabaseModule.self, ["name": "intchain"])
        var findings = Findings()
        for probe in database.probes.compactMap({ $0 as? SQLProbe }) {
            findings.add(probe, SQLAnswer.rows([["9.7.4", "MySQL", "1", "1"]]))
        }
        #expect(try database.converge(findings).changes.isEmpty)
    }
}
