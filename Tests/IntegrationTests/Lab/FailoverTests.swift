import Foundation
import Testing
import YAML

extension OnTheLab {
    /// The writes move from one database server to the other, planned and unplanned, while clients write.
    @Suite struct Failover {
        private static let rounds = Soak.isOn ? 20 : 2

        /// Faults 1 and, with a second provisioning, the promise that nobody is demoted.
        @Test func aPlannedFailoverLosesNothingAndProvisioningLeavesItAlone() async throws {
            var gaps: [Duration] = []
            for round in 1...Self.rounds {
                let before = try await DatabaseRoles()
                let history = try WriteHistory()
                try await history.during { try await Databases.switchOver(to: before.replica) }
                let now = try await DatabaseRoles()
                #expect(now.primary == before.replica)
                #expect(try await history.expectNoPhantom(on: now.primary).isEmpty)
                gaps.append(history.longestGap)
                Soak.expect("writes paused in a planned failover", gaps.last, within: .milliseconds(500))
                guard round == 1 else { continue }
                let again = try await TestLab.provision()
                #expect(try again.changes() == TestLab.unchanged, "\(again.text)")
                #expect(try await DatabaseRoles().primary == now.primary)
            }
            print("\(Self.rounds) of 20 planned failovers, 0 lost; longest gaps between writes: \(gaps.sorted())")
        }

        /// Fault 2.
        @Test func aReplicaThatDoesNotApplyIsNotMadeThePrimary() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            try await history.during {
                try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA SQL_THREAD'")
                let outcome = try await TestLab.tool("failover", "db", "--planned", "--yes")
                #expect(outcome.code == 2, "\(outcome.text)")
                #expect(outcome.errors.contains("applier OFF"), "\(outcome.errors)")
                #expect(try await TestLab.tool("db", "status").code == 2)
                try await TestLab.run(roles.replica, "mysql -e 'START REPLICA SQL_THREAD'")
            }
            #expect(try await DatabaseRoles().primary == roles.primary)
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
        }

        /// Fault 3.
        @Test func aLockedTableEndsThePlannedFailoverWithNothingChanged() async throws {
            let roles = try await DatabaseRoles()
            async let holder = TestLab.shell(
                roles.primary, "mysql -e 'LOCK TABLES intchain.order_probes WRITE; SELECT SLEEP(15)'")
            let isHeld = try await eventually(within: .seconds(10)) {
                try await TestLab.run(roles.primary, "mysql -N -e \"SHOW PROCESSLIST\" | grep -c SLEEP") != "0"
            }
            #expect(isHeld != nil)
            let history = try WriteHistory()
            let outcome = try await history.during { try await TestLab.tool("failover", "db", "--planned", "--yes") }
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.errors.contains("1205"), "\(outcome.errors)")
            #expect(outcome.errors.contains("\(roles.primary) takes writes again"), "\(outcome.errors)")
            #expect(try await DatabaseRoles().primary == roles.primary)
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            _ = try await holder
        }

        /// Fault 4: what a kill after each step leaves, made by hand, since a step takes a few hundredths of a second.
        @Test(arguments: Soak.isOn ? [1, 2, 3] : [1])
        func whatAKillAfterAStepLeavesIsTakenUp(step: Int) async throws {
            let roles = try await DatabaseRoles()
            let (old, new) = (roles.primary, roles.replica)
            let file = "/var/lib/intchain/mysql-epoch"
            let epoch = try #require(Int(try await TestLab.run(old, "sed -n 's/^epoch=//p' \(file)")))
            let record = "printf 'epoch=\(epoch + 1)\\nprimary=\(new)\\n' >\(file)"
            try await TestLab.run(old, "mysql -e 'SET GLOBAL super_read_only=ON'; \(record)")
            if step > 1 {
                try await Task.sleep(for: .seconds(1))
                try await TestLab.run(new, "\(record); mysql -e 'STOP REPLICA; RESET REPLICA ALL'")
            }
            if step > 2 {
                try await TestLab.run(new, "mysql -e 'SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF'")
            }
            #expect(try await Databases.writers() == (step > 2 ? [new] : []))
            #expect(try await TestLab.tool("db", "status").code == 2)
            // Nothing but a failover decides who is primary: a restart of the old one opens nobody.
            try await TestLab.run(old, "systemctl restart mysql")
            if step == 1 { #expect(try await TestLab.provision().text.contains("a failover was cut off")) }
            #expect(try await Databases.writers() == (step > 2 ? [new] : []))

            // After the restart the replica looks for its source every five seconds.
            var again: Outcome?
            let isDone = try await eventually(within: .seconds(30)) {
                again = try await TestLab.tool("failover", "db", "--planned", "--yes")
                return again?.code == 0
            }
            #expect(isDone != nil, "\(again?.text ?? "")")
            #expect(try await Databases.writers() == [new])
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: old)
        }

        @Test(.enabled(if: Soak.isOn, "takes half an hour: scripts/test --soak"))
        func aToolThatIsKilledAtAnyMomentLeavesOneWritableServerOrNone() async throws {
            var kills = 0
            for _ in 1...20 {
                let roles = try await DatabaseRoles()
                let history = try WriteHistory()
                try await history.during {
                    let moment = Double.random(in: 0.4...2.5)
                    let isKilled = try await TestLab.kill(
                        after: moment, "failover", "db", "--planned", "--yes", "--to", roles.replica)
                    if isKilled { kills += 1 }
                    #expect(try await Databases.writers().count <= 1)
                    let again = try await TestLab.tool(
                        "failover", "db", "--planned", "--yes", "--to", roles.replica,
                        more: ["--take-over", "--lock-wait", "60s"])
                    #expect(again.code == 0, "after \(moment) s, killed: \(isKilled): \(again.text)")
                }
                #expect(try await Databases.writers() == [roles.replica])
                #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
                try await Databases.expectHealthy()
            }
            #expect(kills > 0, "every run had ended before it was to be killed")
            print("\(kills) of 20 runs were killed")
        }

        /// Faults 5 and 6: what only the dead primary had is salvaged.
        @Test func aKilledPrimarysUnsentTransactionsAreSalvaged() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            var began = ContinuousClock.now
            let outcome = try await history.during {
                try await TestLab.run(roles.replica, "mysql -e 'STOP REPLICA IO_THREAD'")
                try await Task.sleep(for: .seconds(1))
                try await Databases.kill(roles.primary)
                began = .now
                return try await TestLab.tool("failover", "db", "--yes", "--again", more: ["--output", "json"])
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.output.contains("transactions were salvaged"), "\(outcome.output)")
            let told = try #require(try outcome.document()["failover"])
            #expect(told["primary"] == .string(roles.replica) && told["old"] == .string(roles.primary), "\(told)")
            #expect(told["loss"] == "exact" && told["lost"] == 0 && told["salvaged"]?.int ?? 0 > 0, "\(told)")
            #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
            Soak.expect("writes again, killed", history.isBack(after: began), within: .seconds(15))

            // Restarted it waits for a peer that is dead, until a person says so.
            try await TestLab.run(roles.replica, "systemctl restart mysql")
            #expect(try await Databases.writers().isEmpty)
            let reopened = try await TestLab.tool("failover", "db", "--yes")
            #expect(reopened.code == 0, "\(reopened.text)")
            #expect(try await Databases.writers() == [roles.replica])
            try await Databases.rejoin(roles.primary)

            // The next failure within the hour is refused.
            try await Databases.kill(roles.replica)
            let second = try await TestLab.tool("failover", "db", "--yes")
            #expect(second.code == 2)
            #expect(second.errors.contains("within an hour"), "\(second.errors)")
            try await TestLab.run(roles.replica, "systemctl start mysql")
            let writes = try await eventually(within: .seconds(30)) { try await Databases.writers() == [roles.replica] }
            #expect(writes != nil)
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        /// Faults 8 and 9: a network that is cut is no death.
        @Test func aPrimaryThatAnybodySeesAliveIsLeftAlone() async throws {
            let roles = try await DatabaseRoles()
            let us = try await TestLab.run(roles.primary, "ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'")
            for (peer, reason) in [
                (us, "it is our own way to it that is cut"),
                (try await Databases.address(roles.replica), "is not dead"),
            ] {
                let history = try WriteHistory()
                let outcome = try await history.during {
                    try await Databases.cut(roles.primary, from: peer)
                    let outcome = try await TestLab.tool("failover", "db", "--yes", "--again")
                    // The replica finds out by itself, ten seconds after the last word.
                    let alarm = "alarm: \(peer == us ? roles.primary : roles.replica): "
                    var last: Outcome?
                    let isTold = try await eventually(within: .seconds(30), every: .seconds(1)) {
                        last = try await TestLab.tool("db", "status")
                        return last?.code == 2 && last?.text.contains(alarm) == true
                    }
                    #expect(isTold != nil, "\(last?.text ?? "")")
                    try await Databases.heal(roles.primary)
                    return outcome
                }
                #expect(outcome.code == 2, "\(outcome.text)")
                #expect(outcome.errors.contains(reason), "\(outcome.errors)")
                #expect(try await DatabaseRoles().primary == roles.primary)
                #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            }
            let healed = try await eventually(within: .seconds(30)) { try await TestLab.tool("db", "status").code == 0 }
            #expect(healed != nil)
        }

        /// Faults 7, 10 and 14: gone without a word, or hanging; what it wrote alone is found when it is back.
        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
        func aPrimaryThatIsGoneIsCutOffAndItsOwnWritesAreSaved() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            var began = ContinuousClock.now
            let outcome = try await history.during {
                try await Databases.cut(roles.primary, from: nil)
                began = .now
                return try await TestLab.tool("failover", "db", "--yes", "--again")
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.errors.contains("writes may be lost"), "\(outcome.errors)")
            Soak.expect("writes again, gone", history.isBack(after: began), within: .seconds(15))
            let lost = try await history.expectNoPhantom(on: roles.replica)
            // Alone it still takes writes: this one nobody else will ever see.
            try await TestLab.run(
                roles.primary, "mysql -e \"INSERT INTO intchain.user_probes(id) VALUES('alone-\(history.run)')\"")
            try await Databases.heal(roles.primary)
            #expect(try await Databases.writers().count == 2)
            #expect(try await PublicSite().takesWrites())
            let refused = try await TestLab.tool("db", "rejoin", roles.primary, more: ["--yes"])
            #expect(
                refused.code == 2 && refused.errors.contains("transactions that \(roles.replica) lacks"),
                "\(refused.text)")
            let saved = try await TestLab.run(roles.primary, "cat /var/lib/intchain/salvage/*errant.sql")
            #expect(saved.contains("alone-\(history.run)"))
            #expect(lost.allSatisfy(saved.contains))
            let rebuilt = try await TestLab.tool("db", "rejoin", roles.primary, more: ["--yes", "--rebuild"])
            #expect(rebuilt.code == 0, "\(rebuilt.text)")
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
        func aPrimaryThatHangsIsTakenForDead() async throws {
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await TestLab.run(roles.primary, "systemctl kill -s STOP mysql")
                let status = try await TestLab.tool("db", "status")
                #expect(status.code == 2 && status.text.contains("alarm: \(roles.primary): "), "\(status.text)")
                #expect(status.took < .seconds(8), "one that hangs was told after \(status.took)")
                return try await TestLab.tool("failover", "db", "--yes", "--again")
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
            try await Databases.rejoin(roles.primary)
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        // MARK: Redis

        @Test func aPlannedFailoverOfRedisLosesNothing() async throws {
            let before = try await Databases.redisPrimary()
            let other = before == "redis1" ? "redis2" : "redis1"
            for target in [other, before] {
                let history = try WriteHistory(.redis)
                let outcome = try await history.during {
                    try await TestLab.tool("failover", "redis", "--planned", "--yes", "--to", target)
                }
                #expect(outcome.code == 0, "\(outcome.text)")
                #expect(try await Databases.redisPrimary() == target)
                #expect(try await history.expectNoPhantom(on: target).isEmpty)
                print("Redis moved; longest gap between writes \(history.longestGap)")
            }
        }

        /// Fault 21: the old primary comes back with its old data and is no second primary.
        @Test func aKilledRedisIsReplacedAndComesBackAsAReplica() async throws {
            let old = try await Databases.redisPrimary()
            let heir = old == "redis1" ? "redis2" : "redis1"
            let history = try WriteHistory(.redis)
            var began = ContinuousClock.now
            let outcome = try await history.during {
                try await Databases.kill(old, unit: "redis-server")
                began = .now
                return try await TestLab.tool("failover", "redis", "--yes")
            }
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.errors.contains("writes may be lost"), "\(outcome.errors)")
            let lost = try await history.expectNoPhantom(on: heir)
            print("Redis took over; \(lost.count) acknowledged writes lost")
            Soak.expect("Redis takes writes again, killed", history.isBack(after: began), within: .seconds(8))
            try await TestLab.run(
                old,
                "systemctl unmask --runtime redis-server && systemctl daemon-reload && systemctl start redis-server")
            #expect(try await Databases.redisPrimary() == heir)
            let back = try await TestLab.tool("redis", "rejoin", old, more: ["--yes"])
            #expect(back.code == 0, "\(back.text)")
            #expect(try await TestLab.tool("failover", "redis", "--planned", "--yes", "--to", old).code == 0)
            #expect(try await TestLab.tool("redis", "status").code == 0)
        }
    }
}
