import Foundation
import Testing

extension OnTheLab {
    /// Faults of the databases that are no death, and deaths that come in pieces.
    @Suite struct Faults {
        /// Fault 11: a primary that refuses connections answers.
        @Test func aPrimaryWithoutFreeConnectionsIsNotDead() async throws {
            let roles = try await DatabaseRoles()
            let most = try await TestLab.run(roles.primary, "mysql -N -e 'SELECT @@max_connections'")
            let address = try await Databases.address(roles.primary)
            let history = try WriteHistory()
            try await history.during {
                // Root is refused too, so the session that does it has to undo it.
                async let holder = TestLab.run(
                    roles.primary,
                    """
                    rm -f \(Self.letGo)
                    { echo 'SET GLOBAL max_connections=1;'; n=0
                    until [ -e \(Self.letGo) ] || [ $((n += 1)) -gt 600 ]; do sleep 0.1; done
                    echo 'SET GLOBAL max_connections=\(most);'; } | mysql
                    """)
                let refused = try await eventually(within: .seconds(20)) {
                    try await TestLab.shell(
                        roles.replica, "mysql --defaults-file=/etc/intchain/mysql-peer.cnf -h \(address) -e 'SELECT 1'"
                    ).text.contains("1040")
                }
                let status = try await TestLab.tool("db", "status")
                let outcome = try await TestLab.tool("failover", "db", "--yes", "--again")
                try await TestLab.run(roles.primary, "touch \(Self.letGo)")
                _ = try await holder
                #expect(refused != nil, "it still takes connections")
                #expect(status.code == 2 && status.text.contains("alarm: \(roles.primary): "), "\(status.text)")
                #expect(status.text.contains("Too many connections"), "\(status.text)")
                #expect(outcome.code == 2, "\(outcome.text)")
            }
            #expect(try await DatabaseRoles().primary == roles.primary)
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            try await Databases.expectHealthy()
        }

        /// The session that holds the last connection ends when this file is there.
        private static let letGo = "/run/intchain-test-let-go"

        /// Two operators at once: one moves the writes, the other is told who does.
        @Test func ofTwoOperatorsOneMovesTheWrites() async throws {
            let roles = try await DatabaseRoles()
            async let first = TestLab.tool("failover", "db", "--planned", "--yes", "--to", roles.replica)
            async let second = TestLab.tool("failover", "db", "--planned", "--yes", "--to", roles.replica)
            let codes = [try await first.code, try await second.code].sorted()
            // The second may also have come when all was done.
            #expect(codes == [0, 5] || codes == [0, 0], "\(codes)")
            #expect(try await Databases.writers() == [roles.replica])
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: roles.primary)
        }

        /// A server that was attached by other hands than `db rejoin` may still be cut off.
        @Test(.enabled(if: Soak.isOn, "takes half a minute: scripts/test --soak"))
        func aFenceThatWasLeftIsLiftedBeforeTheWritesMoveBehindIt() async throws {
            let roles = try await DatabaseRoles()
            let address = try await Databases.address(roles.replica)
            let table = "intchain_fence_3306_" + address.replacing(".", with: "_")
            let knock = "timeout 2 bash -c ': </dev/tcp/\(address)/3306' 2>/dev/null"
            let file = "/etc/intchain/fence-\(roles.replica)-3306.nft"
            try await TestLab.run(
                "app1",
                """
                echo 'table inet \(table) { chain output { type filter hook output priority -10; policy accept; \
                ip daddr \(address) tcp dport 3306 counter reject with tcp reset; }; }' >\(file)
                nft -f \(file); ! \(knock)
                """)
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await TestLab.tool("failover", "db", "--planned", "--yes", "--to", roles.replica)
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.errors.contains("app1 may reach \(roles.replica) again"), "\(outcome.errors)")
            #expect(try await TestLab.shell("app1", "\(knock) && ! test -e \(file)").code == 0)
            #expect(try await Databases.writers() == [roles.replica])
            #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        /// Fault 15: predicted, refused, and mended by a copy.
        @Test(.enabled(if: Soak.isOn, "takes a minute: scripts/test --soak"))
        func aReplicaThatLacksPurgedTransactionsIsClonedWhenSomebodySaysSo() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            try await history.during {
                try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA'")
                try await TestLab.run(
                    roles.primary,
                    """
                    mysql -e "INSERT INTO intchain.user_probes(id) VALUES('gap-$(date +%s%N)'); FLUSH BINARY LOGS"
                    mysql -e "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY"
                    """)
                let status = try await TestLab.tool("db", "status")
                #expect(status.code == 2 && status.text.contains("has to be cloned"), "\(status.text)")
                let refused = try await TestLab.tool("db", "rejoin", roles.replica, "--yes")
                #expect(refused.code == 2 && refused.text.contains("has purged"), "\(refused.text)")
                let rebuilt = try await TestLab.tool("db", "rejoin", roles.replica, "--yes", "--rebuild")
                #expect(rebuilt.code == 0, "\(rebuilt.text)")
            }
            try await Databases.expectHealthy()
            // The copy has what was written while it was made.
            for host in [roles.primary, roles.replica] {
                #expect(try await history.expectNoPhantom(on: host).isEmpty, "\(host)")
            }
        }

        /// Fault 18: its donor dies in the middle; the replica is in nobody's way, and the same done once more is right.
        @Test(.enabled(if: Soak.isOn, "takes a minute: scripts/test --soak"))
        func aCopyWhoseDonorDiesIsToldAndDoneAgain() async throws {
            let roles = try await DatabaseRoles()
            try await TestLab.run(
                roles.replica,
                "mysql -e \"STOP REPLICA; SET GLOBAL super_read_only=OFF; INSERT INTO intchain.user_probes(id) VALUES('own-$(date +%s%N)'); SET GLOBAL super_read_only=ON\""
            )
            let history = try WriteHistory()
            try await history.during { try await Self.killTheDonor(of: roles) }
            try await Databases.expectHealthy()
            for host in [roles.primary, roles.replica] {
                #expect(try await history.expectNoPhantom(on: host).isEmpty, "\(host)")
            }
        }

        private static func killTheDonor(of roles: DatabaseRoles) async throws {
            async let rebuilding = TestLab.tool("db", "rejoin", roles.replica, "--yes", "--rebuild")
            let isCloning = try await eventually(within: .seconds(30), every: .milliseconds(50)) {
                try await TestLab.shell(
                    roles.primary,
                    "mysql -N -e \"SELECT COUNT(*) FROM information_schema.processlist WHERE user='intchain_copy'\""
                ).output != "0\n"
            }
            #expect(isCloning != nil)
            try await Databases.kill(roles.primary)
            let broken = try await rebuilding
            #expect(broken.code == 2, "\(broken.text)")
            #expect(try await Databases.writers().isEmpty)
            try await TestLab.run(roles.primary, "systemctl start mysql; intchain-mysql-open --force")
            #expect(try await Databases.writers() == [roles.primary])
            let again = try await TestLab.tool("db", "rejoin", roles.replica, "--yes", "--rebuild")
            #expect(again.code == 0, "\(again.text)")
        }

        /// Fault 16, consistency: writes stop when the replica is gone, and the primary's death loses none that was told.
        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
        func withConsistentSemisyncNoAcknowledgedWriteIsLost() async throws {
            let consistent = ["-e", "mysql_semisync=consistency"]
            #expect(try await TestLab.tool("apply", "playbooks/mysql.yml", more: consistent).code == 0)
            try await Databases.expectHealthy()
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA IO_THREAD'")
                try await Task.sleep(for: .seconds(3))
                let frozen = history.acknowledged.count
                try await Task.sleep(for: .seconds(1))
                #expect(history.acknowledged.count == frozen, "commits did not wait for the replica")
                try await Databases.kill(roles.primary)
                return try await TestLab.tool("failover", "db", "--yes", "--again", more: consistent)
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
            try await Databases.rejoin(roles.primary)
            #expect(try await TestLab.tool("apply", "playbooks/mysql.yml").code == 0)
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        /// Fault 26, the loss of it: one packet in twenty is no death.
        @Test(.enabled(if: Soak.isOn, "takes half a minute: scripts/test --soak"))
        func aLossyNetworkIsNoDeath() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await TestLab.run(
                    roles.primary,
                    "nft 'table inet test_cut { chain in { type filter hook input priority -50; numgen random mod 100 < 5 counter drop; }; }'"
                )
                let outcome = try await TestLab.tool("failover", "db", "--yes", "--again")
                try await Databases.heal(roles.primary)
                return outcome
            }
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(try await DatabaseRoles().primary == roles.primary)
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            try await Databases.expectHealthy()
        }

        /// Fault 4, unplanned: the tool dies while it takes over, and while it brings the old primary back.
        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
        func aToolThatIsKilledInATakeOverLeavesOneWritableServerOrNone() async throws {
            var kills = 0
            for _ in 1...5 {
                let roles = try await DatabaseRoles()
                let history = try WriteHistory()
                try await history.during {
                    try await Databases.kill(roles.primary)
                    if try await TestLab.kill(after: .random(in: 1...6), "failover", "db", "--yes", "--again") {
                        kills += 1
                    }
                    #expect(try await Databases.writers().count <= 1)
                    let waiting = ["--take-over", "--lock-wait", "60s"]
                    if try await Databases.writers().isEmpty {
                        let again = try await TestLab.tool("failover", "db", "--yes", "--again", more: waiting)
                        #expect(again.code == 0, "\(again.text)")
                    }
                    #expect(try await Databases.writers() == [roles.replica])
                    if try await TestLab.kill(after: .random(in: 0.3...3), "db", "rejoin", roles.primary, "--yes") {
                        kills += 1
                    }
                    #expect(try await Databases.writers() == [roles.replica])
                    let back = try await TestLab.tool("db", "rejoin", roles.primary, "--yes", more: waiting)
                    #expect(back.code == 0, "\(back.text)")
                }
                #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
                try await Databases.expectHealthy()
            }
            #expect(kills > 0, "every run had ended before it was to be killed")
            print("\(kills) of 10 runs were killed")
        }

        /// Fault 21: hanging, and gone. When it comes back it is no second primary.
        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"), arguments: [true, false])
        func aRedisThatHangsOrIsGoneIsReplaced(hangs: Bool) async throws {
            let old = try await Databases.redisPrimary()
            let history = try WriteHistory(.redis)
            var began = ContinuousClock.now
            let outcome = try await history.during {
                if hangs {
                    try await TestLab.run(old, "systemctl kill -s STOP redis-server")
                    let answer = try await TestLab.shell(old, "timeout 1 env \(Redis.command("PING")); echo $?")
                    #expect(answer.output == "124\n", "it does not hang: \(answer.text)")
                } else {
                    try await Databases.cut(old, from: nil)
                }
                began = .now
                return try await TestLab.tool("failover", "redis", "--yes")
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            if hangs {
                try await TestLab.run(old, "systemctl kill -s CONT redis-server || true")
            } else {
                try await Databases.heal(old)
            }
            let back = try await TestLab.tool("redis", "rejoin", old, "--yes")
            #expect(back.code == 0, "\(back.text)")
            let heir = try await Databases.redisPrimary()
            #expect(heir != old)
            let lost = try await history.expectNoPhantom(on: heir)
            print("Redis \(hangs ? "hung" : "was gone"); \(lost.count) acknowledged writes lost")
            Soak.expect(
                "Redis takes writes again, \(hangs ? "hung" : "gone")", history.isBack(after: began),
                within: .seconds(8))
            #expect(try await TestLab.tool("failover", "redis", "--planned", "--yes", "--to", old).code == 0)
        }
    }
}
