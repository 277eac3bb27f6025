import Foundation
import Testing

extension OnTheLab {
    /// The tool is killed in the middle of a rollout, and Nginx's configuration is broken before one.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct KilledRollout {
        /// A line in the middle of a deploy, for a run of samples.
        private static let sample = 22

        @Test func killedAtAnyStepTheSiteServesAndTheRolloutCanBeEnded() async throws {
            let whole = Soak.isOn ? try await Self.undisturbed().deploy : nil
            let lines = Self.lines(of: "a deploy", whole, sample: Self.sample)
            for (index, line) in lines.enumerated() {
                let before = try await Release.live()
                let next = try Release.another()
                let verb = index % 2 == 0 ? "resume" : "abort"
                let (ended, report) = try await Traffic(reads: 60, writes: 20).during { () -> Outcome? in
                    let killed = try await KilledTool.run(["deploy", next.file("release")], at: .line(line))
                    #expect(killed || line == whole?.last, "it was over before line \(line)")
                    try await Self.expectServing("line \(line)")
                    return killed ? try await KilledTool.end(verb) : nil
                }
                print("killed at line \(line), then \(verb): \(report.sentence)")
                report.expectNoFailure()
                if let ended { #expect(ended.code == 0, "line \(line): \(ended.text)") }
                let after = try await Release.live()
                #expect(Set(after.values).count == 1, "line \(line): \(after)")
                // Killed before any host was told of it, it has done nothing, and nothing is left to end; at its last
                // line it may be done.
                let isOver = ended?.text.contains("every rollout has come to its end") ?? true
                #expect(!isOver || line < 5 || line == whole?.last, "line \(line)")
                #expect((after == before) == (isOver ? line < 5 : verb == "abort"), "line \(line): \(after)")
                #expect(try await TestLab.tool("health").code == 0)
                if after != before {
                    let back = try await TestLab.tool("rollback", more: Self.patience)
                    try #require(back.code == 0, "\(back.text)")
                }
            }
        }

        /// The lock of a run that was killed in its very last step is taken after a while.
        private static let patience = ["--take-over", "--lock-wait", "90s"]

        /// A rollback is killed, then the run that ends it, and another one ends both.
        @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
        func killedOnTheWayBackAndOnceMoreTheSiteServesAndCanBeBroughtToItsEnd() async throws {
            let whole = try await Self.undisturbed().rollback
            let lines = Self.lines(of: "a rollback", whole, sample: Self.sample)
            let before = try await Release.live()
            let next = try Release.another()
            try #require(try await TestLab.tool("deploy", next.file("release")).code == 0)
            let after = try await Release.live()
            for (index, line) in lines.enumerated() {
                let verb = index % 2 == 0 ? "resume" : "abort"
                let (ended, report) = try await Traffic(reads: 60, writes: 20).during { () -> Outcome? in
                    let killed = try await KilledTool.run(["rollback"], at: .line(line))
                    #expect(killed || line == whole.last, "it was over before line \(line)")
                    try await Self.expectServing("line \(line)")
                    guard killed else { return nil }
                    // Before the first server's turn there may be nothing to end, nor after the last one's.
                    let step = 2 + index % 8
                    let again = try await KilledTool.run([verb] + Self.patience, at: .line(step))
                    #expect(
                        again || line < 14 || line == whole.last, "line \(line): \(verb) was over before line \(step)")
                    try await Self.expectServing("line \(line), then \(verb)")
                    return try await KilledTool.end(verb)
                }
                print("killed at line \(line) of a rollback, and once more in \(verb): \(report.sentence)")
                report.expectNoFailure()
                if let ended { #expect(ended.code == 0, "line \(line): \(ended.text)") }
                let live = try await Release.live()
                #expect(live == before || live == after, "line \(line): \(live)")
                #expect(try await TestLab.tool("health").code == 0)
                if live == before {
                    let deploy = try await TestLab.tool("deploy", next.file("release"), more: Self.patience)
                    try #require(deploy.code == 0, "\(deploy.text)")
                }
            }
            let rollback = try await TestLab.tool("rollback", more: Self.patience)
            #expect(rollback.code == 0, "\(rollback.text)")
            #expect(try await Release.live() == before)
        }

        @Test func aConfigurationThatNginxRefusesStopsTheRolloutBeforeAnythingIsSwitched() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let workers = try await TestLab.run("lb1", "pgrep -f 'nginx: worker process$' | sort | xargs")
            try await TestLab.run("lb1", "echo 'no_such_directive;' >> /etc/nginx/nginx.conf")
            let (outcome, report) = try await Traffic(reads: 60, writes: 20).during {
                try await TestLab.tool("deploy", next.file("release"))
            }
            report.expectNoFailure()
            try await TestLab.run("lb1", "sed -i '/^no_such_directive;$/d' /etc/nginx/nginx.conf")
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.errors.contains("unknown directive \"no_such_directive\""), "\(outcome.errors)")
            #expect(try await TestLab.run("lb1", "pgrep -f 'nginx: worker process$' | sort | xargs") == workers)
            #expect(try await Release.live() == before)
            let undone = try await TestLab.tool("abort")
            #expect(undone.code == 0, "\(undone.text)")
            #expect(try await TestLab.tool("health").code == 0)
        }

        /// Lines of the journal after which the tool is killed: all of a whole run's between its beginning and its end,
        /// or a sample of them.
        private static func lines(of what: String, _ whole: Range<Int>?, sample: Int) -> [Int] {
            print(
                whole.map { "\(what) is killed at each of its \($0.count) steps, lines \($0)" }
                    ?? "\(what) is killed at 1 step, line \(sample); scripts/test --soak kills at all")
            return whole.map(Array.init) ?? [sample]
        }

        /// Of a deploy and a rollback that nobody disturbs, the lines between the first and that of the end.
        private static func undisturbed() async throws -> (deploy: Range<Int>, rollback: Range<Int>) {
            let next = try Release.another()
            return (try await steps(["deploy", next.file("release")]), try await steps(["rollback"]))
        }

        private static func steps(_ words: [String]) async throws -> Range<Int> {
            let state = try Scratch()
            let outcome = try await Tool.run(
                words + ["-i", TestLab.inventory], environment: ["XDG_STATE_HOME": state.path])
            try #require(outcome.code == 0, "\(outcome.text)")
            let folder = state.file("intchain/runs")
            let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
            let lines = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
            let end = try #require(lines.firstIndex { $0.hasPrefix(#"{"event":"ended""#) })
            return 2..<(end + 1)
        }

        /// Nobody has ended what was killed, and the site is well: every server has one whole release.
        private static func expectServing(_ when: String) async throws {
            try await Release.expectWhole()
            #expect(try await PublicSite().isHealthy(), "\(when)")
        }
    }
}
