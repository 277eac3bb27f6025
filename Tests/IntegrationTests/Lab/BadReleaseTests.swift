import Foundation
import Testing
import YAML

extension OnTheLab {
    /// Releases that are bad in ways that show early and late: each takes itself back, while clients read and write.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct BadRelease {
        enum Fault: String, CaseIterable, CustomTestStringConvertible {
            case neverHealthy = "that never gets healthy"
            case crashes = "that crashes after five seconds"
            case errors = "that answers 500 to one request in twenty"
            var testDescription: String { rawValue }

            /// What its services do in place of the real ones.
            var wrapper: String {
                switch self {
                case .neverHealthy: "exec sleep 600"
                case .crashes: "exec timeout --signal=KILL 5 \"$0.real\" \"$@\""
                case .errors:
                    """
                    [ "$1" = gateway ] || exec "$0.real" "$@"
                    exec python3 "$(dirname "$0")/faulty-gateway.py" "$0.real" "$@"
                    """
                }
            }
        }

        /// With `scripts/test --soak` all of them.
        private static let faults: [Fault] = Soak.isOn ? Fault.allCases : [.errors]

        @Test(arguments: faults)
        func aReleaseTakesItselfBack(_ fault: Fault) async throws {
            print("\(Self.faults.count) of \(Fault.allCases.count) kinds of bad releases")
            let before = try await Release.live()
            let bad = try Release.wrapped(fault.wrapper)
            try FileManager.default.copyItem(
                atPath: Project.path("Tests/IntegrationTests/Load/faulty-gateway.py"),
                toPath: bad.file("release/bin/faulty-gateway.py"))
            let mark = try await TestLab.run("lb1", "wc -l </var/log/nginx/access.log")
            let state = try Scratch()
            let words = ["deploy", bad.file("release"), "-i", TestLab.inventory, "--bake", "20s"]
            let home = ["XDG_STATE_HOME": state.path]
            let (outcome, report) = try await Traffic(reads: 200, writes: 40).during {
                try await Tool.run(words + ["-e", "health_timeout=8"], environment: home)
            }
            #expect(outcome.code == 6, "\(outcome.text)")
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("health").code == 0)
            try Self.expectFault(fault, in: outcome)

            // What failed was answered by the server that ran the bad release, and by no other; and not before it did,
            // as by the release before while that was drained.
            let failed = try await Self.failures(after: mark)
            print("a release \(fault.rawValue): \(report.sentence), \(failed.count) answers of it were bad")
            #expect(report.history == [])
            #expect(report.failures <= failed.count, "\(report.details)")
            // Such answers are all that clients met: no connection ended under them.
            #expect(report.cuts == 0, "\(report.details)")
            let app1 = try await TestLab.run("app1", "hostname -I | cut -d ' ' -f 1")
            let served = try Self.backInNginx(state.path)
            #expect(failed.allSatisfy { $0.upstream.hasSuffix("\(app1):5000") && $0.time >= served }, "\(failed)")
            switch fault {
            case .neverHealthy: #expect(report.failures == 0 && failed.isEmpty, "\(report.details)\n\(failed)")
            case .crashes: break
            case .errors:
                #expect(!failed.isEmpty, "no request met the fault")
                #expect(failed.allSatisfy { $0.status == 500 }, "\(failed)")
            }
        }

        @Test(.enabled(if: Soak.isOn, "scripts/test --soak goes back to a bad release"))
        func aRollbackToABadReleaseIsTakenBackToo() async throws {
            let before = try await Release.live()
            let bad = try Release.wrapped(Fault.neverHealthy.wrapper)
            let folder = bad.file("release")
            let deploy = try await TestLab.tool("deploy", folder, more: ["-e", "health_timeout=8"])
            #expect(deploy.code == 6, "\(deploy.text)")
            let shown = try await Tool.run(["release", "show", folder, "--output", "json"])
            let id = try #require(try shown.document()["id"]?.string, "\(shown.text)")
            let (outcome, report) = try await Traffic(reads: 100, writes: 20).during {
                try await TestLab.tool("rollback", id, more: ["-e", "health_timeout=8"])
            }
            print("a rollback to a release that is never healthy: \(report.sentence)")
            #expect(outcome.code == 6, "\(outcome.text)")
            #expect(outcome.text.contains("release \(id) was taken back everywhere"), "\(outcome.text)")
            report.expectNoFailure()
            #expect(try await Release.live() == before)
            #expect(try await TestLab.tool("health").code == 0)
        }

        /// That the fault really happened.
        private static func expectFault(_ fault: Fault, in outcome: Outcome) throws {
            switch fault {
            case .neverHealthy: #expect(outcome.text.contains("not healthy"), "\(outcome.text)")
            case .crashes:
                #expect(outcome.text.contains("too bad") || outcome.text.contains("not healthy"), "\(outcome.text)")
            case .errors: #expect(outcome.text.contains("the answers are too bad"), "\(outcome.text)")
            }
        }

        struct Failure {
            /// Of the answer, to the second.
            var time: Date
            var status: Int
            /// Who answered last.
            var upstream: String
        }

        /// Of all requests since a line of Nginx's log, those that were answered badly. 499 is no answer: the client went
        /// away, as it does in the middle of its last request when it has read enough.
        private static func failures(after mark: String) async throws -> [Failure] {
            let lines = try await TestLab.run("lb1", "tail -n +$((\(mark) + 1)) /var/log/nginx/access.log")
            return try lines.split(separator: "\n").compactMap { line in
                let entry = try Value(json: String(line))
                guard let status = entry["status"]?.int, status >= 500 else { return nil }
                let time = try Date(#require(entry["time"]?.string), strategy: .iso8601)
                return Failure(time: time, status: status, upstream: entry["upstream"]?.string ?? "")
            }
        }

        /// When the first server came back into Nginx, by the rollout's journal, to the second.
        private static func backInNginx(_ state: String) throws -> Date {
            let folder = "\(state)/intchain/runs"
            let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
            let lines = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
            let step = try #require(lines.first { $0.contains(#""task":"Put the server back into Nginx""#) })
            let time = try #require(Value(json: String(step))["time"]?.int)
            return Date(timeIntervalSince1970: Double(time / 1000))
        }
    }
}
