import Foundation
import Testing

extension OnTheLab {
    /// Dead processes and a dead app server.
    @Suite struct ServiceFault {
        @Test(arguments: [
            "intchain-gateway", "intchain-userservice", "intchain-orderservice", "intchain-inventoryservice",
            "intchain-approvalservice", "intchain-logisticsservice", "intchain-notificationservice",
        ])
        func supervisorBringsAKilledServiceBack(_ program: String) async throws {
            let before = try await TestLab.run("app1", "supervisorctl pid \(program)")
            try await TestLab.run("app1", "kill -9 \(before)")
            let took = try await eventually(within: .seconds(30)) {
                let now = try await TestLab.run("app1", "supervisorctl pid \(program)")
                let state = try await TestLab.run("app1", "supervisorctl status \(program)")
                return now != before && now != "0" && state.contains("RUNNING")
            }
            #expect(took != nil, "\(program) did not come back")
            let healthy = try await eventually(within: .seconds(30)) { try await Self.allAreHealthy() }
            #expect(healthy != nil)
        }

        @Test func aKilledNginxIsStartedAgain() async throws {
            try await TestLab.run("lb1", "kill -9 $(cat /run/nginx.pid)")
            let site = try await PublicSite()
            let took = try await eventually(within: .seconds(30)) { try await site.isHealthy() }
            #expect(took != nil, "Nginx did not come back")
        }

        /// What a dead Supervisor leaves running would keep the ports, and serve an old release, for ever.
        @Test func aKilledSupervisorComesBackWithServicesOfItsOwn() async throws {
            let programs = "pgrep -x intchain-servic | sort"
            let before = try await TestLab.run("app1", programs).split(separator: "\n")
            try await TestLab.run("app1", "kill -9 $(cat /run/supervisord.pid)")
            let took = try await eventually(within: .seconds(60), every: .milliseconds(500)) {
                try await TestLab.run("app1", "supervisorctl status | grep -c RUNNING") == "7"
            }
            #expect(took != nil, "Supervisor did not come back with its services")
            let now = try await TestLab.run("app1", programs).split(separator: "\n")
            #expect(Set(before).isDisjoint(with: now), "\(before) \(now)")
            let healthy = try await eventually(within: .seconds(30)) { try await Self.allAreHealthy() }
            #expect(healthy != nil)
        }

        @Test func theSiteAnswersWhileAnAppServerIsDead() async throws {
            let site = try await PublicSite()
            try await TestLab.lab("kill", "app1")
            let state = try await TestLab.shell("app1", "true")
            #expect(state.code != 0, "app1 is still alive")

            var answers: [Bool] = []
            for _ in 0..<20 {
                answers.append((try? await site.isHealthy()) == true)
                try await Task.sleep(for: .milliseconds(50))
            }
            let accepted = (try? await site.takesWrites()) == true
            let start = try await TestLab.lab("start", "app1")

            #expect(answers == Array(repeating: true, count: 20))
            #expect(accepted)
            #expect(start.code == 0, "\(start.text)")
            let healthy = try await eventually(within: .seconds(90), every: .seconds(1)) {
                try await Self.allAreHealthy()
            }
            #expect(healthy != nil, "app1 did not become healthy again")
        }

        private static func allAreHealthy() async throws -> Bool { try await TestLab.tool("health").code == 0 }
    }
}
