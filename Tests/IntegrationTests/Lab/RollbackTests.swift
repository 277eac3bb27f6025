import Foundation
import Testing
import YAML

extension OnTheLab {
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct Rollback {
        @Test func rollingBackPutsTheReleaseBeforeLiveEverywhere() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let hooks = try Scratch()
            for name in ["before-server", "after-server"] {
                let script =
                    "#!/bin/sh\necho \"$INTCHAIN_HOOK $INTCHAIN_HOST $INTCHAIN_RUN\" >>\"$(dirname \"$0\")/log\"\n"
                let path = try hooks.write(name, script)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
            let deploy = try await TestLab.tool(
                "deploy", next.file("release"), more: ["-e", "hooks_directory=\(hooks.path)"])
            try #require(deploy.code == 0, "\(deploy.text)")
            let log = try String(contentsOfFile: hooks.file("log"), encoding: .utf8).split(separator: "\n")
            let run = try #require(log.first?.split(separator: " ").last)
            #expect(
                log.map(String.init) == [
                    "before-server app1 \(run)", "after-server app1 \(run)", "before-server app2 \(run)",
                    "after-server app2 \(run)",
                ])
            #expect(try await TestLab.tool("history").output.contains(run))
            let during = try await Release.live()
            for host in ["app1", "app2"] { #expect(during[host] != before[host], "\(host)") }
            #expect(during["app1"] == during["app2"])
            #expect(try await Self.servedRelease() == during["app1"].map(Self.id))

            let listed = try await TestLab.tool("releases", more: ["--output", "json"])
            #expect(listed.code == 0, "\(listed.text)")
            for live in [before, during] {
                let id = try #require(live["app1"].map(Self.id))
                #expect(listed.output.contains(id), "\(listed.output)")
            }

            try await Self.expectRefusal(where: "app2", lacks: try #require(before["app2"].map(Self.id)))
            #expect(try await Release.live() == during)
            let rollback = try await TestLab.tool("rollback")
            #expect(rollback.code == 0, "\(rollback.text)")
            #expect(try await Release.live() == before)
            #expect(try await Self.servedRelease() == before["app1"].map(Self.id))
            #expect(try await TestLab.tool("health").code == 0)
            try await Self.expectNothingToDeploy()
        }

        @Test func aReleaseThatCannotRunIsTakenBackAndSaysSo() async throws {
            let before = try await Release.live()
            let broken = try Release.wrapped("exit 1")
            let folder = broken.file("release")
            let (heard, report) = try await Traffic(reads: 60, writes: 20).during {
                try await Webhook.hearing { address in
                    let deploy = try await TestLab.tool(
                        "deploy", folder, more: ["-e", "health_timeout=8", "-e", "notify_url_secret=\(address)"])
                    #expect(deploy.code == 6, "\(deploy.text)")
                    #expect(!deploy.text.contains(address))
                }
            }
            report.expectNoFailure()
            #expect(heard.map { $0["event"] } == ["started", "rolled-back"], "\(heard)")
            #expect(heard.last?["reason"]?.string?.contains("app1") == true, "\(heard)")
            #expect(heard.allSatisfy { $0["command"] == .string("deploy \(folder)") }, "\(heard)")
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("health").code == 0)
            try await Self.expectNothingToDeploy()
        }

        @Test func aFolderWithoutAReleaseIsRefused() async throws {
            let folder = try Scratch()
            let outcome = try await TestLab.tool("deploy", folder.path)
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("there is no release in"))
        }

        /// Each server would go back to another release, and all would be told done.
        private static func expectRefusal(where host: String, lacks release: String) async throws {
            let folder = "/app/intchain/releases/\(release)"
            try await TestLab.run(host, "mv \(folder) /app/intchain/away")
            let refused = try await TestLab.tool("rollback")
            try await TestLab.run(host, "mv /app/intchain/away \(folder)")
            #expect(refused.code == 2, "\(refused.text)")
            let reasons = ["\(release): name the release to go back to", "\(host) has no earlier good release"]
            #expect(reasons.contains { refused.text.contains($0) }, "\(refused.text)")
        }

        /// The release that serves again does so for good: deploying it once more has nothing to do.
        private static func expectNothingToDeploy() async throws {
            let again = try await TestLab.tool("deploy", Release.path, more: ["--output", "json"])
            #expect(again.code == 0, "\(again.text)")
            #expect(try again.changes().values.allSatisfy { $0 == 0 }, "\(again.text)")
        }

        private static func id(_ link: String) -> String { String(link.split(separator: "/").last ?? "") }

        /// What the gateway says that it runs.
        private static func servedRelease() async throws -> String? {
            try await PublicSite().health()["release"]?.string
        }
    }
}
