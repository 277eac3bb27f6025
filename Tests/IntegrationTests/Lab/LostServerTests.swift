import Foundation
import Testing

extension OnTheLab {
    /// An app server loses its power before a rollout, and in its middle. Either takes more than a minute.
    @Suite(
        .enabled(if: Release.isPacked, Release.reason), .enabled(if: Soak.isOn, "scripts/test --soak cuts the power"))
    struct LostServer {
        @Test func aRolloutRefusesOrGoesOnWithoutItAndItCatchesUpBeforeItServes() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            try await TestLab.lab("kill", "app2")
            try #require(try await TestLab.shell("app2", "true").code != 0, "app2 still has power")
            let refused = try await TestLab.tool("deploy", next.file("release"), more: ["-T", "3"])
            #expect(refused.code == 4, "\(refused.text)")
            #expect(try await TestLab.run("app1", "readlink /app/intchain/current") == before["app1"])

            // The last one left is not restarted under its clients unless that is asked for.
            let (alone, report) = try await Traffic(reads: 60, writes: 20).during {
                try await TestLab.tool("deploy", next.file("release"), more: ["-T", "3", "--skip-unreachable"])
            }
            #expect(alone.code == 2, "\(alone.text)")
            #expect(alone.text.contains("app1 is the only app server that can be reached"), "\(alone.text)")
            #expect(alone.text.contains("--in-place"), "\(alone.text)")
            report.expectNoFailure()
            #expect(try await TestLab.run("app1", "readlink /app/intchain/current") == before["app1"])

            let deployed = try await TestLab.tool(
                "deploy", next.file("release"), more: ["-T", "3", "--skip-unreachable", "--in-place"])
            #expect(deployed.code == 0, "\(deployed.text)")
            #expect(deployed.text.contains("app2 could not be reached and is behind"), "\(deployed.text)")
            #expect(try await PublicSite().isHealthy())
            try await Self.expectCatchingUp(before)
        }

        @Test func oneThatDiesInMidRolloutIsLeftBehind() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let folder = next.file("release")
            let (outcome, report) = try await Traffic(reads: 60, writes: 20).during {
                async let deploy = TestLab.tool("deploy", folder, more: ["-T", "3", "--skip-unreachable"])
                let served = try await eventually(within: .seconds(60), every: .milliseconds(50)) {
                    try await Self.isServing(another: before["app1"])
                }
                try #require(served != nil, "app1 never came back into Nginx")
                try await TestLab.lab("kill", "app2")
                return try await deploy
            }
            // Who was talking with app2 as it died knows it; nothing that was promised is lost, nothing is done twice.
            print("app2 dies in mid-rollout: \(report.sentence)\(report.failures > 0 ? "\n\(report.details)" : "")")
            #expect(report.history == [])
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.text.contains("app2 could not be reached and is behind"), "\(outcome.text)")
            #expect(try await PublicSite().isHealthy())
            // The operator's machine does not have it any more: it comes from app1.
            try FileManager.default.removeItem(atPath: folder)
            try await Self.expectCatchingUp(before, mayHaveSwitched: true)
            _ = next
        }

        /// Whether app1 runs another release than the given one, and Nginx sends it requests.
        private static func isServing(another release: String?) async throws -> Bool {
            guard try await TestLab.run("app1", "readlink /app/intchain/current") != release else { return false }
            let address = try await TestLab.run("app1", "hostname -I | cut -d ' ' -f 1")
            let file = try await TestLab.run("lb1", "cat /etc/nginx/upstreams/api_gateway.conf")
            return file.split(separator: "\n").contains { $0.contains("\(address):") && !$0.contains(" down") }
        }

        /// The server comes back, takes no request, catches up, and the site goes back to where it was: nobody notices.
        private static func expectCatchingUp(_ before: [String: String], mayHaveSwitched: Bool = false) async throws {
            let (_, report) = try await Traffic(reads: 60, writes: 20).during {
                try await catchUp(before, mayHaveSwitched)
            }
            print("app2 comes back and catches up: \(report.sentence)")
            report.expectNoFailure()
        }

        private static func catchUp(_ before: [String: String], _ mayHaveSwitched: Bool) async throws {
            try await TestLab.lab("start", "app2")
            let up = try await eventually(within: .seconds(60)) {
                try await TestLab.tool("ping", "app2").code == 0
            }
            try #require(up != nil, "app2 did not come back")
            let late = try await Release.live()
            #expect(late["app1"] != before["app1"], "\(late)")
            // One that dies in mid-rollout may have switched already.
            let hasSwitched = mayHaveSwitched && late["app2"] == late["app1"]
            #expect(late["app2"] == before["app2"] || hasSwitched, "\(late)")
            let status = try await TestLab.tool("status")
            #expect(status.code == 2 && status.errors.contains("app2: has missed a rollout"), "\(status.text)")
            let healthy = try await eventually(within: .seconds(60)) { try await TestLab.tool("health").code == 0 }
            #expect(healthy != nil)
            let undrained = try await TestLab.tool("undrain", "app2")
            #expect(undrained.code == 2 && undrained.text.contains("has missed a rollout"), "\(undrained.text)")

            let caught = try await TestLab.tool("deploy", "--catch-up")
            #expect(caught.code == 0, "\(caught.text)")
            #expect(try await TestLab.tool("status").code == 0)
            #expect(try await Release.live()["app2"] == late["app1"])
            #expect(try await TestLab.tool("rollback").code == 0)
            #expect(try await Release.live() == before)
        }
    }
}
