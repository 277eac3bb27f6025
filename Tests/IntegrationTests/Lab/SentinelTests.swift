import Foundation
import Testing

extension OnTheLab {
    /// The site with `redis_profile: sentinel`: switched on for each test while it serves, and left again.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct Sentinels {
        private let on = ["-e", "redis_profile=sentinel"]
        private let watchers = ["redis1", "redis2", "lb1"]

        private func tool(_ words: String...) async throws -> Outcome {
            try await Tool.run(words + ["-i", TestLab.inventory] + on)
        }

        private func under(_ body: () async throws -> Void) async throws {
            let provisioned = try await tool("apply", "playbooks/provision.yml")
            #expect(provisioned.code == 0, "\(provisioned.text)")
            try await expectHealthy()
            // Afterwards the site is as it was found, whatever came of the test.
            let result = await Result { try await body() }
            let left = try await TestLab.tool("apply", "playbooks/leave-sentinel.yml")
            #expect(left.code == 0, "\(left.text)")
            let plain = try await TestLab.tool("apply", "playbooks/provision.yml")
            #expect(plain.code == 0, "\(plain.text)")
            let followed = try await eventually(within: .seconds(30)) {
                try await TestLab.tool("redis", "status").code == 0
            }
            #expect(followed != nil)
            try result.get()
        }

        private func expectHealthy() async throws {
            var last: Outcome?
            let healthy = try await eventually(within: .seconds(40), every: .seconds(1)) {
                last = try await tool("redis", "status")
                return last?.code == 0
            }
            #expect(healthy != nil, "\(last?.text ?? "")")
        }

        /// Provisioning finds nothing to do, and Sentinel's files are as Sentinel left them.
        private func expectNothingToProvision() async throws {
            let before = try await files()
            let outcome = try await tool("apply", "playbooks/provision.yml")
            #expect(outcome.code == 0 && outcome.text.contains("nothing to change"), "\(outcome.text)")
            #expect(try await files() == before)
        }

        private func files() async throws -> [String] {
            var sums: [String] = []
            for host in watchers {
                sums.append(try await TestLab.run(host, "cd /etc/redis; sha256sum *.conf; stat -c '%a %U' *.conf"))
                #expect(sums.last?.contains(/[4567] redis/) == false, "\(sums)")
            }
            return sums
        }

        private func processes() async throws -> [String] {
            [
                try await TestLab.run("redis1", "systemctl show -p MainPID redis-server"),
                try await TestLab.run("redis2", "systemctl show -p MainPID redis-server"),
            ]
        }

        @Test func isSwitchedOnWhileTheSiteServes() async throws {
            let primary = try await Databases.redisPrimary()
            let processes = try await processes()
            let history = try WriteHistory(.redis)
            try await under {
                #expect(try await self.processes() == processes, "Redis was restarted")
                try await history.during { try await expectNothingToProvision() }
                #expect(try await Databases.redisPrimary() == primary)
                let plain = try await TestLab.tool("apply", "playbooks/provision.yml")
                #expect(plain.code == 2 && plain.text.contains("playbooks/leave-sentinel.yml"), "\(plain.text)")
                let rival = try await TestLab.tool("failover", "redis", "--planned", "--yes")
                #expect(rival.code == 2 && rival.text.contains("was given to Sentinel"), "\(rival.text)")
                try await expectNothingToProvision()
            }
            #expect(try await Databases.redisPrimary() == primary)
            #expect(try await history.expectNoPhantom(on: primary).isEmpty)
        }

        @Test func aPlannedFailoverLosesNothing() async throws {
            try await under {
                let before = try await Databases.redisPrimary()
                let other = before == "redis1" ? "redis2" : "redis1"
                for target in [other, before] {
                    let history = try WriteHistory(.redis)
                    let outcome = try await history.during {
                        try await tool("failover", "redis", "--planned", "--yes", "--to", target)
                    }
                    #expect(outcome.code == 0, "\(outcome.text)")
                    #expect(try await Databases.redisPrimary() == target)
                    #expect(try await history.expectNoPhantom(on: target).isEmpty)
                    print("Sentinel moved Redis; longest gap between writes \(history.longestGap)")
                    try await expectNothingToProvision()
                }
            }
        }

        enum Fault: String, CaseIterable { case kill, hang, gone }

        /// Nobody does anything: Sentinel moves the writes, and the services follow it.
        @Test(arguments: Fault.allCases) func theServicesFollowSentinel(after fault: Fault) async throws {
            try await under {
                let old = try await Databases.redisPrimary()
                let heir = old == "redis1" ? "redis2" : "redis1"
                let history = try WriteHistory(.redis)
                try await history.during {
                    try await strike(old, fault)
                    let moved = try await eventually(within: .seconds(60)) {
                        try await TestLab.shell(heir, Redis.command("ROLE")).output.hasPrefix("master")
                    }
                    #expect(moved != nil, "Sentinel did not move the writes")
                    let told = try await tool("failover", "redis", "--yes")
                    #expect(told.code == 0 && told.text.contains("Sentinel"), "\(told.text)")
                    try await heal(old, fault)
                    let back = try await tool("redis", "rejoin", old, "--yes")
                    #expect(back.code == 0, "\(back.text)")
                }
                #expect(try await Databases.redisPrimary() == heir)
                let lost = try await history.expectNoPhantom(on: heir)
                print("Redis \(fault.rawValue): nobody wrote for \(history.longestGap); \(lost.count) writes lost")
                try await expectHealthy()
                try await expectNothingToProvision()
            }
        }

        private func strike(_ host: String, _ fault: Fault) async throws {
            switch fault {
            case .kill: try await Databases.kill(host, unit: "redis-server")
            case .hang:
                try await TestLab.run(host, "systemctl kill -s STOP redis-server")
                let answer = try await TestLab.shell(host, "timeout 1 env \(Redis.command("PING")); echo $?")
                #expect(answer.output == "124\n", "it does not hang: \(answer.text)")
            case .gone: try await Databases.cut(host, from: nil)
            }
        }

        private func heal(_ host: String, _ fault: Fault) async throws {
            switch fault {
            case .kill: break
            case .hang: try await TestLab.run(host, "systemctl kill -s CONT redis-server")
            case .gone: try await Databases.heal(host)
            }
        }

        /// With two of three Sentinels down nobody can decide: that is told, and nothing is changed.
        @Test func twoSentinelsThatAreDownAreTold() async throws {
            try await under {
                let primary = try await Databases.redisPrimary()
                for host in ["redis1", "lb1"] {
                    try await TestLab.run(host, "systemctl stop redis-sentinel; ! systemctl is-active redis-sentinel")
                }
                let before = try await files()
                let refused = try await tool("failover", "redis", "--planned", "--yes")
                let status = try await tool("redis", "status")
                #expect(refused.code == 2 && refused.text.contains("too few Sentinels"), "\(refused.text)")
                #expect(status.code == 2 && status.text.contains("its Sentinel does not answer"), "\(status.text)")
                #expect(try await Databases.redisPrimary() == primary)
                #expect(try await files() == before)
                for host in ["redis1", "lb1"] { try await TestLab.run(host, "systemctl start redis-sentinel") }
                try await expectHealthy()
            }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
