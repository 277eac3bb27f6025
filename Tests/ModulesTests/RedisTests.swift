import Remote
import Testing
import YAML

@testable import Modules

@Suite struct RedisTests {
    private let first = SitePeer(name: "redis1", address: "10.0.0.1", port: 6379)
    private let blank = RedisProbe.Finding.primary(replicas: [], isBlank: true)

    private func place(
        _ name: String, role: String? = nil, own: RedisProbe.Finding? = nil, peer finding: RedisProbe.Finding
    ) throws -> RedisMember.Place {
        let second = SitePeer(name: "redis2", address: "10.0.0.2", port: 6379)
        let (mine, other) = name == "redis1" ? (first, second) : (second, first)
        return try RedisMember(
            name: name, address: mine.address, birthPrimary: "redis1", role: role, own: own ?? blank,
            peers: [(peer: other, finding: finding)]
        ).place()
    }

    @Test func quotesEveryByteForRedisCli() {
        #expect(RedisLogin.quote("p\"a\\s é\n") == #""p\"a\\s \xc3\xa9\x0a""#)
    }

    @Test func keepsThePasswordOutOfShellText() throws {
        let login = RedisLogin(password: Secret("s3cret"))
        #expect(!RedisProbe.shell(for: [RedisProbe(login: login)]).text.contains("s3cret"))
        #expect(
            String(decoding: RedisProbe.inputs(for: [RedisProbe(login: login)])[0], as: UTF8.self).hasPrefix("\"AUTH\"")
        )
    }

    @Test func readsWhatInfoSays() throws {
        let output = """
            |OK
            |"replication"
            |# Replication
            |role:master
            |slave0:ip=10.0.0.2,port=6379,state=online,offset=14,lag=0
            |# Keyspace
            |db0:keys=1,expires=0
            =
            |# Replication
            |role:slave
            |master_host:10.0.0.1
            |master_port:6379
            |master_link_status:up
            =
            |Could not connect to Redis at 10.0.0.9:6379: Connection refused
            =

            """
        let probes = [1, 2, 3].map { RedisProbe(login: RedisLogin(address: "10.0.0.\($0)")) }
        let findings = try RedisProbe.parse(Reply(stdout: output), for: probes)
        #expect(findings[0] == .primary(replicas: ["10.0.0.2"], isBlank: false))
        #expect(findings[1] == .replica(of: "10.0.0.1", port: 6379, isLinked: true))
        #expect(findings[2] == .silent("Could not connect to Redis at 10.0.0.9:6379: Connection refused"))
    }

    @Test func isBornWhereTheInventorySays() throws {
        #expect(try place("redis1", peer: blank) == .primary)
        #expect(try place("redis2", peer: blank) == .replica(of: first))
        #expect(try place("redis2", peer: .silent("no answer")) == .replica(of: first))
    }

    @Test func leavesADecidedRoleAlone() throws {
        #expect(try place("redis1", role: "replicaof 10.0.0.2 6379", peer: blank) == .settled)
        #expect(try place("redis2", role: "# primary", peer: .primary(replicas: [], isBlank: false)) == .settled)
    }

    @Test func joinsAPrimaryThatHoldsTheData() throws {
        let joined = try place("redis1", peer: .primary(replicas: [], isBlank: false))
        if case .replica(let peer) = joined { #expect(peer.name == "redis2") } else { Issue.record("\(joined)") }
    }

    @Test func refusesToReplaceKeys() {
        let failure = #expect(throws: ModuleFailure.self) {
            try place("redis2", own: .primary(replicas: [], isBlank: false), peer: blank)
        }
        #expect(failure?.message.hasPrefix("redis2 holds keys") == true)
    }
}
