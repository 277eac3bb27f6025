import Foundation
import Testing

extension OnTheLab {
    /// Ctrl-C, and two runs at once.
    @Suite struct Interruption {
        private static let marker = "/run/intchain-integration-interruption"

        private static let playbook = """
            - name: Work for a while
              hosts: app
              become: true
              tasks:
                - name: First
                  ansible.builtin.lineinfile: {path: \(marker), line: first, create: true, mode: "0644"}
                - name: Take time
                  ansible.builtin.command: sleep 4
                  changed_when: false
                - name: Second
                  ansible.builtin.lineinfile: {path: \(marker), line: second}
            """

        @Test func ctrlCEndsInOrderAndASecondRunCompletes() async throws {
            let folder = try Scratch()
            let file = try folder.write("play.yml", Self.playbook)
            let first = try await TestLab.tool("apply", file, interrupt: .seconds(3))
            #expect(first.code == 130, "\(first.text)")
            #expect(first.errors.contains("stopping"), "\(first.text)")
            #expect(first.errors.contains("interrupted: run it again"), "\(first.text)")
            // What was begun may end; what came after it was not done.
            #expect(try await TestLab.run("app1", "cat \(Self.marker)") == "first")

            let second = try await TestLab.tool("apply", file, more: ["--output", "json"])
            let done = try await TestLab.run("app1", "cat \(Self.marker)")
            for host in ["app1", "app2"] { try await TestLab.run(host, "rm -f \(Self.marker)") }
            #expect(second.code == 0, "\(second.text)")
            #expect(try second.changes() == ["app1": 1, "app2": 1], "\(second.text)")
            #expect(done == "first\nsecond")
        }

        /// The same command again would be another rollout: a rollback goes back once more.
        @Test(.enabled(if: Release.isPacked, Release.reason))
        func ctrlCInARolloutNamesResumeAndAbort() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let run = try await TestLab.tool("deploy", next.file("release"), interrupt: .seconds(6))
            #expect(run.code == 130, "\(run.text)")
            #expect(run.errors.contains("go on with 'intchainctl resume', or undo it with"), "\(run.text)")
            #expect(!run.errors.contains("run it again"), "\(run.text)")
            let undone = try await TestLab.tool("abort")
            #expect(undone.code == 0, "\(undone.text)")
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("health").code == 0)
        }

        @Test func ctrlCWhileProvisioningLeavesAHealthySite() async throws {
            let run = try await TestLab.tool("apply", "playbooks/provision.yml", interrupt: .milliseconds(400))
            #expect(run.code == 130 || run.code == 0, "\(run.text)")
            let again = try await TestLab.provision()
            #expect(again.code == 0)
            #expect(try again.changes() == TestLab.unchanged, "\(again.text)")
            #expect(try await TestLab.tool("health").code == 0)
        }

        /// As after a run that was killed between a file and the restart that it calls for: the file is right already.
        @Test func aRestartThatAnEarlierRunOwesIsMadeByTheNext() async throws {
            let notes = "ls -A /var/lib/intchainctl/owed | grep -q ."
            let broken = try await TestLab.tool(
                "apply", "playbooks/redis.yml",
                more: ["-l", "redis2", "-e", "{redis_extra_settings: {no-such-setting: 1}}"])
            let owed = try await TestLab.shell("redis2", notes)
            try await TestLab.run(
                "redis2",
                "sed -i /no-such-setting/d /etc/redis/redis.conf; systemctl reset-failed; systemctl start redis-server")
            let before = try await TestLab.run("redis2", "pidof redis-server")
            let repair = try await TestLab.tool("apply", "playbooks/redis.yml", more: ["--output", "json"])

            #expect(broken.code == 2, "\(broken.text)")
            #expect(owed.code == 0)
            #expect(repair.code == 0, "\(repair.text)")
            #expect(try await TestLab.run("redis2", "pidof redis-server") != before)
            #expect(repair.text.contains("Restart Redis"), "\(repair.text)")
            #expect(try await TestLab.shell("redis2", notes).code == 1)
            #expect(try await TestLab.provision().changes() == TestLab.unchanged)
        }

        @Test func twoRunsAtOnceDoNotBreakEachOther() async throws {
            let folder = try Scratch()
            let file = try folder.write("play.yml", Self.playbook)
            async let left = TestLab.tool("apply", file)
            async let right = TestLab.tool("apply", file)
            let outcomes = try await [left, right]
            let text = try await TestLab.run("app1", "cat \(Self.marker)")
            for host in ["app1", "app2"] { try await TestLab.run(host, "rm -f \(Self.marker)") }
            // Both do their work, or one is told that the other holds the site.
            for outcome in outcomes { #expect(outcome.code == 0 || outcome.code == 5, "\(outcome.text)") }
            #expect(outcomes.contains { $0.code == 0 })
            #expect(text == "first\nsecond")
        }

        @Test func twoProvisionsAtOnceChangeNothing() async throws {
            async let left = TestLab.provision()
            async let right = TestLab.provision()
            for outcome in try await [left, right] where outcome.code != 5 {
                #expect(outcome.code == 0, "\(outcome.text)")
                #expect(try outcome.changes() == TestLab.unchanged, "\(outcome.text)")
            }
        }
    }
}
