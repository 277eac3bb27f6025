import Remote
import Testing
import YAML

@testable import Modules

extension RealMySQLTests {
    /// On a real MySQL: set INTCHAIN_TEST_MYSQL to a command that runs `sh` as root on a host with a writable server.
    @Suite(
        .enabled(if: ServerShell(environment: "INTCHAIN_TEST_MYSQL") != nil, "INTCHAIN_TEST_MYSQL names no MySQL host"),
        .serialized)
    struct MySQLServerTests {
        private let server: ServerShell

        init() throws {
            server = try #require(ServerShell(environment: "INTCHAIN_TEST_MYSQL"))
            _ = try server.text("mysql -e 'SET GLOBAL super_read_only=0; SET GLOBAL read_only=0'")
        }

        private func drop(_ account: String, _ database: String) throws {
            _ = try server.text("mysql -e 'DROP USER IF EXISTS \(account); DROP DATABASE IF EXISTS \(database)'")
        }

        @Test func makesADatabaseOnce() throws {
            try drop("nobody", "site_db")
            let database = try Make.module(
                MySQLDatabaseModule.self, ["name": "site_db", "encoding": "utf8mb4", "collation": "utf8mb4_unicode_ci"])
            #expect(try server.converge(database) == ["create database site_db"])
            #expect(try server.converge(database).isEmpty)
            let gone = try Make.module(MySQLDatabaseModule.self, ["name": "site_db", "state": "absent"])
            #expect(try server.converge(gone) == ["drop database site_db"])
        }

        @Test(arguments: ["localhost", "%", "10.%"])
        func makesAnAccountAndNoticesAnotherPassword(host: String) throws {
            let account = "\"site_app\"@\"\(host)\""
            try drop(account, "site_none")
            let values: [String: Value] = [
                "name": "site_app", "host": .string(host), "password": "p'a\"s\\s #1", "tls_requires": ["SSL": .null],
                "priv": "site_x.*:SELECT,INSERT,CREATE VIEW/*.*:PROCESS",
                "resource_limits": ["MAX_USER_CONNECTIONS": 5],
            ]
            let user = try Make.module(MySQLUserModule.self, values)
            #expect(try server.converge(user).count == 1)
            #expect(try server.converge(user).isEmpty)
            var changed = values
            changed["password"] = "another"
            changed["priv"] = "site_x.*:SELECT,DELETE"
            let other = try Make.module(MySQLUserModule.self, changed)
            #expect(try server.converge(other).count == 2)
            #expect(try server.converge(other).isEmpty)
            changed["tls_requires"] = ["NONE": .null]
            #expect(try server.converge(Make.module(MySQLUserModule.self, changed)).count == 1)
            #expect(try server.converge(Make.module(MySQLUserModule.self, changed)).isEmpty)
            try drop(account, "site_none")
        }

        @Test func takesGlobalAllForWhatItIs() throws {
            try drop("\"site_admin\"@\"localhost\"", "site_none")
            let user = try Make.module(
                MySQLUserModule.self, ["name": "site_admin", "password": "x", "priv": "*.*:ALL,GRANT"])
            #expect(try server.converge(user).count == 1)
            #expect(try server.converge(user).isEmpty)
            try drop("\"site_admin\"@\"localhost\"", "site_none")
        }
    }
}
