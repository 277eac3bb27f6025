import Foundation
import Testing

extension OnTheLab {
    /// The line between the operator's machine and the site ends in the middle of a rollout.
    /// Each waits until a heartbeat has been missed, so they are run with `scripts/test --soak` only.
    @Suite(.enabled(if: Release.isPacked, Release.reason), .enabled(if: Soak.isOn, "scripts/test --soak cuts lines"))
    struct CutLine {
        enum Moment: String, CaseIterable, CustomTestStringConvertible {
            case push, switching
            var testDescription: String { "in mid-\(rawValue)" }

            /// On app1, whether it has come; `$old` is what was live, `$left` what cut pushes have left for the next one.
            var isReached: String {
                switch self {
                case .push: "[ \"$(ls -d /app/intchain/.deploy/push-* 2>/dev/null | grep -vxF \"$left\")\" ]"
                case .switching: "[ \"$(readlink /app/intchain/current)\" != \"$old\" ]"
                }
            }
        }

        enum Cut: String, CaseIterable, CustomTestStringConvertible {
            /// Packets vanish without a word.
            case network
            /// The server's side of every session ends.
            case sshd
            var testDescription: String { "\(rawValue) cut" }
        }

        static let cases: [(Moment, Cut)] = Moment.allCases.flatMap { moment in Cut.allCases.map { (moment, $0) } }

        @Test(arguments: cases)
        func theSiteServesOneWholeReleaseThroughoutAndTheRolloutCanBeEnded(_ moment: Moment, _ cut: Cut) async throws {
            let before = try await Release.live()
            let old = try #require(before["app1"])
            let next = try Release.another(paddedBy: moment == .push ? 64 << 20 : 0)
            let folder = next.file("release")
            let left = try await TestLab.run("app1", "ls -d /app/intchain/.deploy/push-* 2>/dev/null || echo none")
            // Either way once in each moment, and once after each cut.
            let verb = (moment == .push) == (cut == .sshd) ? "resume" : "abort"
            let (_, report) = try await Traffic(reads: 60, writes: 20).during {
                async let deploy = TestLab.tool("deploy", folder)
                let reached = try await eventually(within: .seconds(120), every: .milliseconds(50)) {
                    try await TestLab.shell("app1", "old=\(old) left='\(left)'; \(moment.isReached)").code == 0
                }
                try #require(reached != nil, "the deploy never came to its \(moment)")
                try await Self.cut(cut)
                let outcome = try await deploy
                try await Self.heal()
                #expect(outcome.code == 4 || outcome.code == 2, "\(outcome.text)")
                // Whatever each server runs, it is one whole release.
                try await Release.expectWhole()
                #expect(try await PublicSite().isHealthy())
                // What was left running on a host may end, and the heartbeat has to be missed.
                let end = try await TestLab.tool(verb, more: ["--take-over", "--lock-wait", "90s"])
                #expect(end.code == 0, "\(verb): \(end.text)")
                let live = try await Release.live()
                #expect(Set(live.values).count == 1, "\(live)")
                #expect((live == before) == (verb == "abort"), "\(verb): \(live)")
                if live != before { #expect(try await TestLab.tool("rollback").code == 0) }
            }
            print("\(cut) cut in mid-\(moment.rawValue), then \(verb): \(report.sentence)")
            report.expectNoFailure()
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("lock", "status").code == 0)
        }

        private static func cut(_ cut: Cut) async throws {
            for host in ["app1", "app2", "lb1"] {
                switch cut {
                case .network:
                    try await TestLab.run(
                        host,
                        """
                        nft 'add table inet cut; add chain inet cut in { type filter hook input priority -50; };
                        add rule inet cut in tcp dport 22 drop'
                        """)
                // One that is between two fragments of a shell goes as well; a detached change does not. When app1's are
                // gone, the tool may have left the others before it comes to them.
                case .sshd: try await TestLab.run(host, "pkill -9 -f '[s]shd-session' || [ \(host) != app1 ]")
                }
            }
        }

        private static func heal() async throws {
            for host in ["lb1", "app1", "app2"] {
                try await TestLab.run(host, "nft delete table inet cut 2>/dev/null || true")
            }
        }
    }
}
