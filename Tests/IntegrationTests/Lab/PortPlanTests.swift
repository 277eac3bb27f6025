import Testing
import YAML

extension OnTheLab {
    /// Which ports can be reached from where: the table of the deployment plan.
    @Suite struct PortPlan {
        private static let ports = [22, 80, 443, 3306] + Array(5000...5006) + [6379]

        private static let open: [String: [Int]] = [
            "lb1": [22, 80, 443], "app1": [22], "app2": [22], "db1": [22], "db2": [22], "redis1": [22], "redis2": [22],
        ]

        /// This machine is no server of the site: what it reaches, everybody reaches.
        @Test(arguments: TestLab.hosts)
        func theOutsideReachesOnlyWhatIsPublic(_ host: String) async throws {
            let outcome = try await Program.run(["sh", "-c", try await Self.question(host)])
            #expect(outcome.output == Self.listing(Self.open[host] ?? []), "\(outcome.text)")
        }

        @Test(arguments: [
            ("lb1", "app1", [22, 5000]), ("app1", "app2", [22] + Array(5000...5006)), ("app1", "db1", [22, 3306]),
            ("app1", "redis1", [22, 6379]), ("db1", "db2", [22, 3306]), ("redis1", "redis2", [22, 6379]),
            ("lb1", "db1", [22]), ("lb1", "redis1", [22]), ("db1", "redis1", [22]), ("redis1", "app1", [22]),
        ])
        func serversReachWhatTheyNeed(_ from: String, _ to: String, _ ports: [Int]) async throws {
            let answer = try await TestLab.shell(from, try await Self.question(to))
            #expect(answer.output == Self.listing(ports), "\(answer.text)")
        }

        /// A script that prints those of a host's ports that take a connection within a second.
        private static func question(_ host: String) async throws -> String {
            let shown = try await TestLab.tool("inventory", "show", host, more: ["--output", "json"])
            let address = try #require(try shown.document()["ansible_host"]?.string)
            return """
                for port in \(ports.map(String.init).joined(separator: " ")); do
                (timeout 1 bash -c ": </dev/tcp/\(address)/$port" 2>/dev/null && echo $port) &
                done | sort -n
                """
        }

        private static func listing(_ ports: [Int]) -> String { ports.map { "\($0)\n" }.joined() }
    }
}
