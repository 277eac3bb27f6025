import Remote
import Testing
import YAML

@testable import Modules

extension RealMySQLTests {
    /// On two real servers with the site's my.cnf: INTCHAIN_TEST_MYSQL and INTCHAIN_TEST_MYSQL_PEER run `sh` as root on them,
    /// INTCHAIN_TEST_MYSQL_ADDRESSES holds their addresses. Their replication is wiped.
    @Suite(
        .enabled(
            if: ServerShell(environment: "INTCHAIN_TEST_MYSQL_PEER") != nil,
            "INTCHAIN_TEST_MYSQL_PEER names no MySQL host"),
        .serialized)
    struct MySQLReplicationServerTests {
        private let hosts: [String: ServerShell]
        private let addresses: [String]

        init() throws {
            hosts = [
                "db1": try #require(ServerShell(environment: "INTCHAIN_TEST_MYSQL")),
                "db2": try #require(ServerShell(environment: "INTCHAIN_TEST_MYSQL_PEER")),
            ]
            addresses = try #require(ServerShell(environment: "INTCHAIN_TEST_MYSQL_ADDRESSES")).prefix
        }

        private func sql(_ statements: String, on host: String) throws -> String {
            let server = try #require(hosts[host])
            return try server.text("mysql -N -B -e \(Shell.quote(statements))")
        }

        private func converge(_ host: String) throws -> [String] {
            let module = try Make.module(
                MySQLMemberModule.self,
                [
                    "name": .string(host), "birth_primary": "db1", "replication_user": "repl", "timeout": 5,
                    "replication_password": "r'e\"p\\l", "epoch_file": "/var/lib/intchain/mysql/epoch",
                    "peers": [
                        ["name": "db1", "address": .string(addresses[0])],
                        ["name": "db2", "address": .string(addresses[1])],
                    ],
                ])
            return try #require(hosts[host]).converge(module)
        }

        private func wipe() throws {
            for (name, host) in hosts {
                _ = try host.text("rm -rf /var/lib/intchain")
                _ = try sql("STOP REPLICA; RESET REPLICA ALL", on: name)
                _ = try sql(
                    """
                    SET GLOBAL super_read_only=0; SET GLOBAL read_only=0; DROP USER IF EXISTS repl@'%'; \
                    DROP DATABASE IF EXISTS member_test; RESET BINARY LOGS AND GTIDS; SET GLOBAL super_read_only=1
                    """, on: name)
            }
        }

        @Test func isBornOnceFailsOverAndIsNeverChangedByProvisioning() throws {
            try wipe()
            #expect(try converge("db1") == ["open for writes as the site's first primary"])
            #expect(try converge("db2") == ["replicate from db1"])
            for host in ["db1", "db2"] { #expect(try converge(host).isEmpty) }
            _ = try sql("CREATE DATABASE member_test; CREATE TABLE member_test.t (id INT PRIMARY KEY)", on: "db1")

            // A failover by hand, with the old primary left as it was but for being read-only.
            _ = try sql("SET GLOBAL super_read_only=1", on: "db1")
            _ = try sql("DO SLEEP(1); STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only=0", on: "db2")
            _ = try sql("SET GLOBAL read_only=0; INSERT INTO member_test.t VALUES (1)", on: "db2")
            _ = try hosts["db2"]?.text("printf 'epoch=2\\nprimary=db2\\n' >/var/lib/intchain/mysql/epoch")
            #expect(try converge("db2").isEmpty)
            #expect(try converge("db1") == ["replicate from db2"])
            #expect(try hosts["db1"]?.text("cat /var/lib/intchain/mysql/epoch") == "epoch=2\nprimary=db2")
            for host in ["db1", "db2"] { #expect(try converge(host).isEmpty) }
            #expect(try sql("SELECT @@global.read_only", on: "db2") == "0")

            // The new primary restarts: read-only until the check that the peer has nothing more.
            _ = try sql("SET GLOBAL super_read_only=1", on: "db2")
            #expect(try converge("db2") == ["open for writes again after a restart"])
            #expect(try converge("db1").isEmpty)
            _ = try sql("STOP REPLICA", on: "db1")
            #expect(try converge("db1") == ["start the replication from db2"])
            #expect(try converge("db1").isEmpty)
        }

        @Test func namesErrantTransactionsAndPurgedOnes() throws {
            try wipe()
            _ = try converge("db1")
            _ = try converge("db2")
            _ = try sql(
                "STOP REPLICA; SET GLOBAL super_read_only=0; CREATE DATABASE member_test; SET GLOBAL super_read_only=1",
                on: "db2")
            let errant = #expect(throws: ModuleFailure.self) { try converge("db2") }
            #expect(errant?.message.contains("transactions that db1 lacks: ") == true)

            try wipe()
            _ = try converge("db1")
            _ = try sql(
                "CREATE DATABASE member_test; FLUSH BINARY LOGS; PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY",
                on: "db1"
            )
            let gap = #expect(throws: ModuleFailure.self) { try converge("db2") }
            #expect(gap?.message.contains("has purged transactions that this server lacks") == true)
        }

        @Test func doesNotReopenBesideAPeerThatHoldsMore() throws {
            try wipe()
            _ = try converge("db1")
            _ = try converge("db2")
            _ = try sql("SET GLOBAL super_read_only=1", on: "db1")
            _ = try sql(
                "STOP REPLICA; SET GLOBAL super_read_only=0; CREATE DATABASE member_test; SET GLOBAL super_read_only=1",
                on: "db2")
            let failure = #expect(throws: ModuleFailure.self) { try converge("db1") }
            #expect(failure?.message.contains("holds transactions that this server lacks") == true)
            #expect(try sql("SELECT @@global.read_only", on: "db1") == "1")
        }

        @Test func setsUpAReplicationStepByStep() throws {
            try wipe()
            _ = try converge("db1")
            let replica = try #require(hosts["db2"])
            func step(_ mode: String, _ more: [String: Value] = [:]) throws -> [String] {
                let values = ["mode": .string(mode)].merging(more) { $1 }
                return try replica.converge(Make.module(MySQLReplicationModule.self, values))
            }
            let source: [String: Value] = [
                "primary_host": .string(addresses[0]), "primary_user": "repl", "primary_password": "r'e\"p\\l",
                "primary_auto_position": true, "primary_ssl": true,
            ]
            #expect(try step("changeprimary", source) == ["replicate from \(addresses[0])"])
            #expect(try step("changeprimary", source).isEmpty)
            #expect(try step("startreplica").count == 1)
            #expect(try sql("DO SLEEP(1)", on: "db2").isEmpty)
            #expect(try step("startreplica").isEmpty)
            #expect(try step("getreplica").isEmpty)
            var rotated = source
            rotated["primary_password"] = "another"
            #expect(try step("changeprimary", rotated).count == 1)
            #expect(try step("startreplica").count == 1)
            #expect(try step("stopreplica").count == 1)
            #expect(try step("stopreplica").isEmpty)
            #expect(try step("resetreplicaall").count == 1)
            #expect(try step("resetreplicaall").isEmpty)
        }

        @Test func setsAVariable() throws {
            let server = try #require(hosts["db1"])
            func set(_ value: Value) throws -> [String] {
                try server.converge(
                    Make.module(MySQLVariablesModule.self, ["variable": "long_query_time", "value": value]))
            }
            _ = try set(7)
            #expect(try set(3).count == 1)
            #expect(try set(3).isEmpty)
            #expect(throws: ModuleFailure.self) {
                try server.converge(Make.module(MySQLVariablesModule.self, ["variable": "no_such", "value": 1]))
            }
        }
    }
}
