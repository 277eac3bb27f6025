import Testing

extension OnTheLab {
    /// Releases go out and come back while clients read and write: nobody notices.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct QuietRollout {
        /// How often a release goes out and comes back.
        private static let rounds = Soak.isOn ? 20 : 1
        private static let leastRequests = Soak.isOn ? 200_000 : 1000

        @Test func noRequestFailsWhileReleasesGoOutAndComeBack() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            var traffic = Traffic()
            if Soak.isOn { (traffic.reads, traffic.limit) = (600, .seconds(3 * 3600)) }
            let (switches, report) = try await traffic.during {
                var seen: [[String: String]] = []
                for _ in 1...Self.rounds {
                    for words in [["deploy", next.file("release")], ["rollback"]] {
                        let outcome = try await Tool.run(words + ["-i", TestLab.inventory])
                        try #require(outcome.code == 0, "\(words): \(outcome.text)")
                        seen.append(try await Release.live())
                    }
                }
                return seen
            }
            print(
                "\(Self.rounds) of 20 deploys and rollbacks, \(report.sentence) of at least \(Self.leastRequests)"
                    + (Soak.isOn ? "" : "; scripts/test --soak makes all 20 and 200,000 requests"))
            // Each of them really switched every server.
            #expect(switches.count == 2 * Self.rounds)
            for (index, live) in switches.enumerated() {
                #expect((live == before) == (index % 2 == 1), "\(live)")
                #expect(Set(live.values).count == 1, "\(live)")
            }
            #expect(report.requests >= Self.leastRequests)
            report.expectNoFailure()
        }

        @Test func ofAnNginxThatMayCutIdleConnectionsARolloutTellsAndGoesOn() async throws {
            let outcome = try await TestLab.tool("deploy", Release.path, more: ["-e", "nginx_version=1.26"])
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(outcome.text.contains("Nginx 1.26 has no keepalive_min_timeout"), "\(outcome.text)")
        }
    }
}
