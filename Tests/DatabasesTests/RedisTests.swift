import Modules
import Testing
import YAML

@testable import Databases

@Suite struct RedisTests {
    private func server(
        _ name: String, from source: String? = nil, recorded: String?? = nil, offset: Int = 100, linked: Bool = true
    ) -> RedisSight {
        RedisSight(
            name: name, address: address(name), recordedSource: recorded ?? source.map(address),
            report: RedisReport(
                source: source.map(address), isLinked: linked, silence: source == nil ? nil : 1, offset: offset,
                replicas: [], version: "8.0.6", keys: 7, persistenceErrors: []))
    }

    private let gone = RedisSight(name: "redis1", address: address("redis1"), silence: "Connection refused")

    @Test func readsWhatServersSay() throws {
        let info = """
            redis_version:8.0.6
            role:master
            connected_slaves:1
            slave0:ip=10.0.0.2,port=6379,state=online,offset=28,lag=1
            master_repl_offset:28
            aof_last_write_status:err
            rdb_last_bgsave_status:ok
            db0:keys=7,expires=0,avg_ttl=0
            """
        let report = try #require(RedisReport(info: info.split(separator: "\n")))
        #expect(report.takesWrites && report.replicas == ["10.0.0.2"] && report.offset == 28 && report.keys == 7)
        #expect(report.persistenceErrors == ["aof_last_write_status"])
        let replica =
            "role:slave\nmaster_host:10.0.0.1\nmaster_link_status:down\nmaster_last_io_seconds_ago:-1\n"
            + "master_link_down_since_seconds:9\nslave_repl_offset:20"
        let other = try #require(RedisReport(info: replica.split(separator: "\n")))
        #expect(other.source == "10.0.0.1" && !other.isLinked && other.silence == 9 && other.offset == 20)
        #expect(RedisReport(info: ["NOAUTH Authentication required."]) == nil)
    }

    @Test func aHealthyPairHasNoAlarm() throws {
        let topology = RedisTopology([server("redis1"), server("redis2", from: "redis1", offset: 90)])
        #expect(topology.alarms.isEmpty)
        #expect(
            topology.tree.last
                == "└─ redis2  Redis 8.0.6, replica, 7 keys, linked, 10 bytes behind, heard its source 1 s ago")
        for server in topology.servers { #expect(RedisSight(try Value(json: server.value.json())) == server) }
    }

    @Test func tellsWhatIsWrong() {
        func alarms(_ servers: [RedisSight]) -> [String] { RedisTopology(servers).alarms.map(\.description) }
        #expect(alarms([server("redis1"), server("redis2")]) == ["redis1 and redis2 both take writes: split brain"])
        #expect(
            alarms([gone, server("redis2", from: "redis1", linked: false)]) == [
                "no server takes writes", "redis1: Connection refused", "redis2: its link to redis1 is down",
            ])
        #expect(
            alarms([server("redis1", recorded: .some(address("redis2"))), server("redis2", from: "redis1")])
                == ["redis1: its role file would make it a replica of 10.0.0.2 at the next start"])
    }

    @Test func theReplicaTakesTheWrites() throws {
        let planned = try RedisSwitch(
            RedisTopology([server("redis1"), server("redis2", from: "redis1")]), to: nil, isPlanned: true)
        #expect(planned.from == "redis1" && planned.to == "redis2" && planned.followers == ["redis1"])
        let dead = try RedisSwitch(
            RedisTopology([gone, server("redis2", from: "redis1", linked: false)]), to: nil, isPlanned: false)
        #expect(dead.from == "redis1" && dead.to == "redis2" && dead.followers.isEmpty)
        #expect(throws: ModuleFailure.self) {
            try RedisSwitch(RedisTopology([gone, server("redis2", from: "redis1")]), to: nil, isPlanned: true)
        }
        #expect(throws: ModuleFailure.self) {
            try RedisSwitch(RedisTopology([server("redis1"), server("redis2")]), to: nil, isPlanned: true)
        }
    }
}
