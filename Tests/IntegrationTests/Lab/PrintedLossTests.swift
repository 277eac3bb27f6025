import Foundation
import Testing

extension OnTheLab {
    /// What a failover says of lost writes, beside what really was lost.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct PrintedLoss {
        /// Faults 6 and 7: the replica had stopped receiving before the primary was gone without a word.
        @Test func whatWasLostLiesWithinThePrintedBoundAndIsInTheFileOfTheRejoin() async throws {
            let roles = try await DatabaseRoles()
            try await TestLab.run(
                roles.replica,
                "ls /backup/mysql/full_backup_* >/dev/null 2>&1 || /opt/scripts/mysql_backup.sh --force")
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await Self.stopReceiving(roles.replica)
                try await Task.sleep(for: .seconds(3))
                try await Self.cutOff(roles)
                return try await TestLab.tool("failover", "db", "--yes", "--again")
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            let lost = try await history.expectNoPhantom(on: roles.replica)
            #expect(lost.count > 20, "hardly anything was lost: \(lost.count) acknowledged writes")
            let since = try Self.bound(outcome)
            let tooEarly = lost.filter { history.acknowledged($0).map { $0 < since } ?? true }
            #expect(tooEarly.isEmpty, "acknowledged before \(since): \(tooEarly)")
            print("\(lost.count) of \(history.acknowledged.count) acknowledged writes were lost")

            try await Databases.heal(roles.primary)
            try await Self.expectSaved(lost, of: history, roles)
            let rebuilt = try await TestLab.tool("db", "rejoin", roles.primary, "--yes", "--rebuild")
            #expect(rebuilt.code == 0, "\(rebuilt.text)")
            try await Self.expectGivenUp(lost, of: history, roles)
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        /// The streams have the logs with what was lost: nothing of it comes back, and the server numbers what it writes next
        /// otherwise than what it has given up.
        private static func expectGivenUp(_ lost: Set<String>, of history: WriteHistory, _ roles: DatabaseRoles)
            async throws
        {
            let latest = try await TestLab.tool("restore", "--to", "latest", "--on", roles.replica, "--yes")
            #expect(latest.code == 0, "\(latest.text)")
            let socket = "/var/lib/mysql-restore/restored/mysqld.sock"
            let back = try await history.found(on: roles.replica, socket: socket).intersection(lost)
            #expect(back.isEmpty, "restored though they were given up: \(back)")
            #expect(try await TestLab.tool("restore", "--discard", "--on", roles.replica, "--yes").code == 0)
            let list = try await TestLab.run(roles.primary, "head -n 1 /var/lib/mysql-restore/abandoned")
            #expect(try await TestLab.run(roles.replica, "head -n 1 /var/lib/mysql-restore/abandoned") == list)
            let uuid = try await TestLab.run(roles.primary, "mysql -N -e 'SELECT @@server_uuid'")
            #expect(list.contains(/:[0-9]/) && !list.contains(uuid), "\(uuid) in \(list)")
        }

        private static func stopReceiving(_ replica: String) async throws {
            let state =
                "SELECT service_state FROM performance_schema.replication_connection_status WHERE channel_name=''"
            #expect(try await TestLab.run(replica, "mysql -N -e \"\(state)\"") == "ON")
            try await TestLab.run(replica, "mysql -e 'STOP REPLICA IO_THREAD'")
            #expect(try await TestLab.run(replica, "mysql -N -e \"\(state)\"") == "OFF")
        }

        private static func cutOff(_ roles: DatabaseRoles) async throws {
            let address = try await Databases.address(roles.primary)
            let knock = "timeout 2 bash -c ': </dev/tcp/\(address)/3306'"
            for host in ["app1", roles.replica] {
                #expect(try await TestLab.shell(host, knock).code == 0, "\(host) does not reach it anyway")
            }
            try await Databases.cut(roles.primary, from: nil)
            for host in ["app1", roles.replica] {
                #expect(try await TestLab.shell(host, knock).code != 0, "\(host) reaches it yet")
            }
        }

        /// When the first of what may be lost was acknowledged at the earliest.
        private static func bound(_ outcome: Outcome) throws -> Date {
            let printed = try #require(
                outcome.text.firstMatch(of: /in the last ([0-9]+) s, since ([^ ]+)\.[0-9]+Z by its clock/),
                "\(outcome.text)")
            let since = try Date("\(printed.output.2)Z", strategy: .iso8601)
            let seconds = try #require(Double(printed.output.1))
            let age = Date.now.timeIntervalSince(since)
            #expect(seconds > 3 && seconds <= age, "\(seconds) s, and that was \(age) s ago")
            return since
        }

        /// The refused rejoin has counted and saved what only the old primary has: of ours that is what was lost, and
        /// what was never acknowledged.
        private static func expectSaved(_ lost: Set<String>, of history: WriteHistory, _ roles: DatabaseRoles)
            async throws
        {
            let refused = try await TestLab.tool("db", "rejoin", roles.primary, "--yes")
            #expect(refused.code == 2, "\(refused.text)")
            let told = try #require(
                refused.errors.firstMatch(of: /has ([0-9]+) transactions that/).flatMap { Int($0.output.1) },
                "\(refused.errors)")
            let file = try #require(
                refused.errors.firstMatch(of: /are kept in ([^ ]+) on/).map { String($0.output.1) }, "\(refused.errors)"
            )
            let text = try await TestLab.run(roles.primary, "cat \(file)")
            #expect(text.matches(of: /SET @@SESSION.GTID_NEXT= *'[^':]+:/).count == told)
            let saved = Set(text.matches(of: /history-[0-9a-f]{8}-[0-9]+-[0-9]+/).map { String($0.output) })
            let gone = saved.filter { $0.hasPrefix(history.run) }.subtracting(
                try await history.found(on: roles.replica))
            #expect(lost.isSubset(of: gone), "in no file: \(lost.subtracting(gone))")
            #expect(gone.intersection(history.acknowledged) == lost)
            #expect(told >= gone.count && told - gone.count <= 5, "\(told) transactions hold \(gone.count) writes")
        }
    }
}
