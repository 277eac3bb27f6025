import Foundation
import Testing

extension OnTheLab {
    /// The tool is killed in the middle of a rollout, and Nginx's configuration is broken before one.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct KilledRollout {
        /// Lines of the journal at which the tool is killed: those of a whole deploy but for its first and its last, which
        /// is that it has ended; or some of them.
        private static let lines = Soak.isOn ? Array(2...40) : [22]

        @Test func killedAtAnyStepTheSiteServesAndTheRolloutCanBeEnded() async throws {
            print("killed at \(Self.lines.count) of 39 steps" + (Soak.isOn ? "" : "; scripts/test --soak kills at all"))
            let site = try await PublicSite()
            for (index, line) in Self.lines.enumerated() {
                let before = try await Release.live()
                let next = try Release.another()
                let verb = index % 2 == 0 ? "resume" : "abort"
                let killed = try await Self.deploy(next.file("release"), killedAt: line)
                #expect(killed, "it was over before line \(line)")
                #expect(try await site.isHealthy(), "line \(line)")
                guard killed else { continue }
                let ended = try await Self.end(verb)
                #expect(ended.code == 0, "line \(line): \(ended.text)")
                let after = try await Release.live()
                #expect(Set(after.values).count == 1, "line \(line): \(after)")
                // Killed before any host was told of it, it has done nothing, and nothing is left to end.
                let isUnknown = ended.text.contains("every rollout has come to its end")
                #expect(!isUnknown || line < 5, "line \(line)")
                #expect((after == before) == (verb == "abort" || isUnknown), "line \(line): \(after)")
                #expect(try await TestLab.tool("health").code == 0)
                if verb == "resume", !isUnknown {
                    let back = try await TestLab.tool("rollback")
                    try #require(back.code == 0, "\(back.text)")
                }
            }
        }

        @Test func aConfigurationThatNginxRefusesStopsTheRolloutBeforeAnythingIsSwitched() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let workers = try await TestLab.run("lb1", "pgrep -f 'nginx: worker process$' | sort | xargs")
            try await TestLab.run("lb1", "echo 'no_such_directive;' >> /etc/nginx/nginx.conf")
            let outcome = try await TestLab.tool("deploy", next.file("release"))
            try await TestLab.run("lb1", "sed -i '/^no_such_directive;$/d' /etc/nginx/nginx.conf")
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.errors.contains("unknown directive \"no_such_directive\""), "\(outcome.errors)")
            #expect(try await TestLab.run("lb1", "pgrep -f 'nginx: worker process$' | sort | xargs") == workers)
            #expect(try await Release.live() == before)
            let undone = try await TestLab.tool("abort")
            #expect(undone.code == 0, "\(undone.text)")
            #expect(try await TestLab.tool("health").code == 0)
        }

        /// - Returns: whether it was killed before its end.
        private static func deploy(_ release: String, killedAt line: Int) async throws -> Bool {
            let state = try Scratch()
            let script = """
                "$1" deploy "$2" -i "$3" >/dev/null 2>&1 & tool=$!
                while kill -0 $tool 2>/dev/null; do
                [ "$(cat "$XDG_STATE_HOME"/intchain/runs/*.jsonl 2>/dev/null | wc -l)" -lt "$4" ] || kill -9 $tool
                sleep 0.005
                done
                wait $tool
                """
            let outcome = try await Program.run(
                ["sh", "-c", script, "sh", Tool.path, release, TestLab.inventory, "\(line)"],
                environment: ["XDG_STATE_HOME": state.path])
            return outcome.code == 137
        }

        /// As from another machine: all that is known is on the app servers. The dead run's lock can be taken after a
        /// while.
        private static func end(_ verb: String) async throws -> Outcome {
            let state = try Scratch()
            let start = ContinuousClock.now
            while true {
                let outcome = try await Tool.run(
                    [verb, "-i", TestLab.inventory, "--take-over"], environment: ["XDG_STATE_HOME": state.path])
                guard outcome.code == 5, ContinuousClock.now - start < .seconds(90) else { return outcome }
                try await Task.sleep(for: .seconds(5))
            }
        }
    }
}
