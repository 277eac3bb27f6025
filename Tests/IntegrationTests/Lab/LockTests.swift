import Foundation
import Testing

extension OnTheLab {
    /// One run at a time on a site, and a person's word that keeps all out.
    @Suite struct Lock {
        @Test func aLockTakenByHandKeepsRolloutsOutUntilItIsGivenBack() async throws {
            let free = try await TestLab.tool("lock", "status")
            try #require(free.code == 0, "\(free.text)")
            let taken = try await TestLab.tool("lock", "acquire", "-m", "the auditors are here")
            #expect(taken.code == 0, "\(taken.text)")

            let status = try await TestLab.tool("lock", "status")
            #expect(status.code == 5)
            #expect(status.text.contains("the auditors are here"), "\(status.text)")
            let folder = try Scratch()
            let play = try folder.write(
                "play.yml",
                """
                - hosts: app1
                  become: true
                  tasks:
                    - ansible.builtin.copy: {content: no, dest: /run/integration-lock, mode: "0644"}
                """)
            let refused = try await TestLab.tool("apply", play)
            #expect(refused.code == 5, "\(refused.text)")
            #expect(refused.text.contains("the auditors are here"), "\(refused.text)")
            // A lock that a person took is nobody's to take over.
            let taker = try await TestLab.tool("apply", play, more: ["--take-over"])
            #expect(taker.code == 5, "\(taker.text)")
            #expect(try await TestLab.shell("app1", "test -e /run/integration-lock").code == 1)

            let released = try await TestLab.tool("lock", "release")
            #expect(released.code == 0, "\(released.text)")
            #expect(try await TestLab.tool("lock", "status").code == 0)
            #expect(try await TestLab.tool("apply", play).code == 0)
            try await TestLab.run("app1", "rm /run/integration-lock")
        }
    }
}
