import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Databases

/// What the planned failover under Sentinel does on the old primary's host, and takes back when it can't be done.
@Suite struct SentinelHandOverTests {
    /// `redis-cli` that is the old primary (loopback), the replica (10.0.0.2) and a Sentinel (port 26379), and writes down
    /// what is said to whom.
    private func site(replicaOffset: Int = 100, sentinel: String = "echo OK; : >\"$here/promoted\"") throws -> ShellHost
    {
        try ShellHost(programs: [
            "redis-cli": """
            to=old; case \"$*\" in *26379*) to=sentinel;; *10.0.0.2*) to=new;; esac
            said=$(cat); printf '%s: %s\\n' "$to" "$(printf '%s' "$said" | tr '\\n\"' '; ' )" | grep -v INFO >>"$here/said"
            case $to:$said in
            sentinel:*FAILOVER*) \(sentinel);;
            sentinel:*) printf '1) "flags"\\n2) "master"\\n';;
            new:*) if [ -e "$here/promoted" ]; then printf 'role:master\\r\\n'
            else printf 'role:slave\\r\\nslave_repl_offset:\(replicaOffset)\\r\\n'; fi;;
            *INFO*) printf 'role:master\\r\\nmaster_repl_offset:100\\r\\n';;
            *) echo OK;;
            esac
            """
        ])
    }

    private func handOver(on host: ShellHost) async throws -> (reply: Reply, said: [String]) {
        let servers = Value.list(
            [1, 2].map { .map(["name": .string("redis\($0)"), "address": .string("10.0.0.\($0)")]) })
        let context = ModuleContext(
            host: "redis1", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { .string($0) }
        )
        let values: [String: Value] = [
            "servers": servers, "sentinels": servers, "sentinel_name": "intchain", "planned": true,
        ]
        let settings = try SentinelSettings(try Arguments(values, for: SentinelFailoverModule.spec), in: context)
        let judge = try #require(settings.sentinels.last)
        let fragment = SentinelScripts(settings: settings).handOver(
            from: try settings.redis.peer("redis1"), to: try settings.redis.peer("redis2"), by: judge, within: 1)
        let reply = try await host.run(fragment)
        let said = host.read("said").split(separator: "\n").map { line in
            line.split(separator: " ").filter { $0 != ";" }.joined(separator: " ")
        }
        return (reply, said)
    }

    @Test func theOldPrimaryFollowsBeforeWritesGoOn() async throws {
        let (reply, said) = try await handOver(on: try site())
        #expect(reply.succeeded, "\(reply.errors)")
        let words = said.joined(separator: "\n")
        let order = ["PAUSE", "FAILOVER", "REPLICAOF", "UNPAUSE"].map { words.range(of: $0)?.lowerBound }
        #expect(!order.contains(nil) && order.compactMap(\.self) == order.compactMap(\.self).sorted(), "\(words)")
    }

    @Test func aReplicaThatIsNotInStepIsNotPromoted() async throws {
        let (reply, said) = try await handOver(on: try site(replicaOffset: 99))
        #expect(reply.status == 3 && reply.errors.contains("redis1 takes writes again"), "\(reply.errors)")
        #expect(said.last?.contains("UNPAUSE") == true && !said.contains { $0.contains("FAILOVER") }, "\(said)")
    }

    @Test func aSentinelThatRefusesChangesNothing() async throws {
        let (reply, said) = try await handOver(
            on: try site(sentinel: "echo '(error) NOGOODSLAVE No suitable replica to promote'"))
        #expect(reply.status == 3 && reply.errors.contains("Sentinel refused: (error) NOGOODSLAVE"), "\(reply.errors)")
        #expect(said.last?.contains("UNPAUSE") == true && !said.contains { $0.contains("REPLICAOF") }, "\(said)")
    }

    @Test func aSentinelThatGivesUpChangesNothing() async throws {
        let (reply, said) = try await handOver(on: try site(sentinel: "echo OK"))
        #expect(reply.status == 3 && reply.errors.contains("Sentinel gave the failover up"), "\(reply.errors)")
        #expect(said.last?.contains("UNPAUSE") == true && !said.contains { $0.contains("REPLICAOF") }, "\(said)")
    }
}
