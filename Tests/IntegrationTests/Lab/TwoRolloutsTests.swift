import Foundation
import Testing

extension OnTheLab {
    /// Two rollouts at once, and one that can't begin.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct TwoRollouts {
        @Test func theSecondOfTwoDeploysIsToldWhoHasTheSiteOrWaits() async throws {
            let before = try await Release.live()
            let hooks = try Scratch()
            let path = try hooks.write("before-deploy", "#!/bin/sh\ntouch \"$0.begun\"; sleep 6\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            let folder = hooks.path
            let (_, report) = try await Traffic(reads: 60, writes: 20).during {
                async let first = TestLab.tool("deploy", Release.path, more: ["-e", "hooks_directory=\(folder)"])
                let begun = try await eventually(within: .seconds(30), every: .milliseconds(100)) {
                    FileManager.default.fileExists(atPath: path + ".begun")
                }
                try #require(begun != nil, "the first one never held the site")
                let second = try await TestLab.tool("deploy", Release.path)
                #expect(second.code == 5, "\(second.text)")
                #expect(second.errors.contains("the site is locked by"), "\(second.errors)")
                #expect(second.errors.contains("deploy \(Release.path)"), "\(second.errors)")
                let third = try await TestLab.tool("deploy", Release.path, more: ["--lock-wait", "60s"])
                #expect(third.code == 0, "\(third.text)")
                let outcome = try await first
                #expect(outcome.code == 0, "\(outcome.text)")
            }
            report.expectNoFailure()
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("lock", "status").code == 0)
        }

        @Test func whatIsInTheWayIsToldAllAtOnceAndNothingIsChanged() async throws {
            let before = try await Release.live()
            let next = try Release.another(paddedBy: 40 << 20)
            try await Self.withLittleRoom(on: "app2", megabytes: 30) {
                try await TestLab.run("app2", "supervisorctl stop intchain-orderservice")
                let refused = try await TestLab.tool(
                    "deploy", next.file("release"), more: ["-e", "certificate_days=40000", "--batch", "100%"])
                try await TestLab.run("app2", "supervisorctl start intchain-orderservice")
                #expect(refused.code == 2, "\(refused.text)")
                let findings = [
                    "app2 has", "MB free below", "lb1: the certificate ends on", "app2: takes requests, and",
                    "a first batch of 100% would take all 2 app servers out of Nginx",
                ]
                for text in findings {
                    #expect(refused.text.contains(text), "\(text) is not in \(refused.text)")
                }
                #expect(!refused.text.contains("intchainctl resume"), "there is nothing to go on with")
                #expect(try await TestLab.shell("app1", "ls -d /app/intchain/.deploy/push-*").code != 0)
            }
            #expect(try await Release.live() == before)
            let well = try await eventually(within: .seconds(30)) { try await TestLab.tool("health").code == 0 }
            #expect(well != nil)
        }

        /// The disk fills while the release arrives, after there was room enough.
        @Test(.enabled(if: Soak.isOn, "scripts/test --soak fills a disk in mid-push"))
        func aDiskThatFillsUpInMidPushSwitchesNothing() async throws {
            let before = try await Release.live()
            let next = try Release.another(paddedBy: 60 << 20)
            let folder = next.file("release")
            try await Self.withLittleRoom(on: "app2", megabytes: 120) {
                // What an earlier push left is not this one's.
                try await TestLab.run("app2", "rm -rf /app/intchain/.deploy/push-*")
                let (outcome, report) = try await Traffic(reads: 60, writes: 20).during {
                    try await Self.deploy(folder, fillingTheDiskOf: "app2")
                }
                report.expectNoFailure()
                try await TestLab.run("app2", "[ -s /app/intchain/full ] && rm /app/intchain/full")
                #expect(outcome.code == 2, "\(outcome.text)")
                #expect(outcome.text.contains("No space left on device"), "\(outcome.text)")
                #expect(try await Release.live() == before)
                #expect(try await TestLab.tool("health").code == 0)
                let again = try await TestLab.tool("deploy", folder)
                #expect(again.code == 0, "\(again.text)")
                #expect(try await TestLab.tool("rollback").code == 0)
            }
            #expect(try await Release.live() == before)
        }

        /// The host waits by itself for the push to begin: from here it may come too late.
        private static func deploy(_ folder: String, fillingTheDiskOf host: String) async throws -> Outcome {
            async let filled = TestLab.shell(
                host,
                """
                n=0; until ls -d /app/intchain/.deploy/push-* >/dev/null 2>&1; do
                n=$((n + 1)); [ $n -lt 6000 ] || exit 9; sleep 0.01; done
                head -c 200M /dev/zero >/app/intchain/full 2>/dev/null; exit 0
                """)
            async let deploy = TestLab.tool("deploy", folder)
            #expect(try await filled.code == 0)
            return try await deploy
        }

        /// The application's folder is on a small disk of its own meanwhile.
        private static func withLittleRoom(on host: String, megabytes: Int, _ body: () async throws -> Void)
            async throws
        {
            try await TestLab.run(
                host,
                """
                set -e
                used=$(du -sm /app/intchain | cut -f 1); mkdir -p /run/small
                mount -t tmpfs -o size=$((used + \(megabytes)))m,mode=0755 tmpfs /run/small
                cp -a /app/intchain/. /run/small/; chown --reference=/app/intchain /run/small
                mount --bind /run/small /app/intchain; umount /run/small
                """)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            // What the journals and records say meanwhile is what the disk below has to say too.
            try await TestLab.run(
                host,
                """
                set -e
                mkdir -p /run/below; mount --bind / /run/below
                cp -a /app/intchain/.deploy/. /run/below/app/intchain/.deploy/
                umount /run/below; umount -l /app/intchain
                """)
            try outcome.get()
        }
    }
}
