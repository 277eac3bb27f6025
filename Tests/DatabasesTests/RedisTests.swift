import Modules
import OrderedCollections
import Testing
import YAML

@testable import Databases

@Suite struct RedisTests {
    private func server(
        _ name: String, from source: String? = nil, recorded: String?? = nil, offset: Int = 100, linked: Bool = true,
        keys: Int = 7
    ) -> RedisSight {
        RedisSight(
            name: name, address: address(name), recordedSource: recorded ?? source.map(address),
            report: RedisReport(
                source: source.map(address), isLinked: linked, silence: source == nil || !linked ? nil : 1,
                linkDown: linked ? nil : 9, linkTimeout: 60, offset: offset,
                replicas: [], version: "8.0.6", keys: keys, persistenceErrors: []))
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
        #expect(other.source == "10.0.0.1" && !other.isLinked && other.silence == nil && other.offset == 20)
        #expect(other.linkDown == 9)
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

    /// A link that nothing comes over is found broken when `repl-timeout` has passed.
    @Test(arguments: [
        ("master_last_io_seconds_ago:4\nmaster_link_status:up", 5),
        ("master_last_io_seconds_ago:-1\nmaster_link_down_since_seconds:9", 72),
        ("master_last_io_seconds_ago:-1\nmaster_link_down_since_seconds:9\n1) \"repl-timeout\"\n2) \"20\"", 32),
        ("master_last_io_seconds_ago:-1\nmaster_link_down_since_seconds:-1", nil),
        ("", nil),
    ])
    func whenTheSourceWasLastHeardIsNeverTakenForLater(info: String, bound: Int?) throws {
        let report = try #require(RedisReport(info: "role:slave\nmaster_host:10.0.0.1\n\(info)".split(separator: "\n")))
        #expect(report.heardWithin == bound)
    }

    @Test func aLossIsCountedUntilTheFenceStands() {
        let now = ContinuousClock.now
        let loss = RedisLoss(dead: "redis1", heir: "redis2", heard: now - .seconds(5), fenced: now + .seconds(90.5))
        #expect(loss.seconds == 96 && loss.values["lost_within_seconds"] == 96 && loss.values["loss"] == "bound")
        #expect(loss.sentence.contains("in the last 96 s, since redis2 last heard it"))
        let unknown = RedisLoss(dead: "redis1", heir: "redis2", heard: nil, fenced: now)
        #expect(unknown.values["loss"] == "unknown")
        #expect(unknown.values["lost_within_seconds"] == .null && !unknown.sentence.contains(" s,"))
        #expect(unknown.sentence.contains("when that was is not known"), "\(unknown.sentence)")
    }

    // MARK: Nobody takes writes

    private func takesUp(_ servers: [RedisSight], to wanted: String? = nil) throws -> String {
        let plans = try [true, false].map { try RedisSwitch(RedisTopology(servers), to: wanted, isPlanned: $0) }
        for plan in plans {
            #expect(plan.isResumed && !plan.isMoved && plan.from == nil)
            #expect(plan.followers == servers.map(\.name).filter { $0 != plan.to })
        }
        #expect(plans.first?.to == plans.last?.to)
        return plans.first?.to ?? ""
    }

    /// The tool died before it had recorded the new primary, which was started anew as a replica; or the old one was while
    /// it handed over.
    @Test func whereAllCopyFromEachOtherTheFurthestTakesTheWrites() throws {
        let pair = [
            server("redis1", from: "redis2", offset: 90, linked: false),
            server("redis2", from: "redis1", offset: 100, linked: false),
        ]
        #expect(try takesUp(pair) == "redis2")
        #expect(try takesUp(pair.reversed()) == "redis2")
        // A server that was restarted may have more than it counts.
        #expect(try takesUp(pair, to: "redis1") == "redis1")
    }

    @Test func whomItsRoleFileMakesThePrimaryTakesTheWritesAlsoWhenAnotherIsFurther() throws {
        #expect(
            try takesUp([
                server("redis1", from: "redis2", recorded: .some(nil), offset: 0, linked: false),
                server("redis2", from: "redis1", offset: 100, linked: false),
                server("redis3", from: "redis2", offset: 100, linked: false),
            ]) == "redis1")
    }

    /// One that was restarted counts from 1, and one that never got its first copy is empty.
    @Test func whereTheCountsProveNothingAPersonHasToName() throws {
        let restarted = server("redis1", from: "redis2", offset: 1, linked: false, keys: 90)
        for other in [
            server("redis2", from: "redis1", offset: 1, linked: false, keys: 90),
            server("redis2", from: "redis1", offset: 15, linked: false, keys: 3),
            server("redis2", from: "redis1", recorded: .some(nil), offset: 15, linked: false, keys: 0),
        ] {
            let error = #expect(throws: ModuleFailure.self) {
                try RedisSwitch(RedisTopology([restarted, other]), to: nil, isPlanned: true)
            }
            #expect(error?.message.contains("redis1 holds 90 keys") == true, "\(error?.message ?? "")")
            #expect(try takesUp([restarted, other], to: "redis1") == "redis1")
        }
        #expect(try takesUp([restarted, server("redis2", from: "redis1", linked: false, keys: 89)]) == "redis2")
    }

    /// It may take writes.
    @Test func aStrangerWhoIsCopiedFromIsNotTakenForNobody() throws {
        let servers = [server("redis2", from: "redis1"), server("redis3", from: "redis1")]
        for isPlanned in [true, false] {
            #expect(try !RedisSwitch(RedisTopology(servers), to: nil, isPlanned: isPlanned).isResumed)
        }
    }

    @Test func theSilentOneIsTheDeadOneWhereTheSourceOnlyCopies() throws {
        let middle = server("redis2", from: "redis1", linked: false)
        let last = server("redis3", from: "redis2", linked: false)
        let plan = try RedisSwitch(RedisTopology([gone, middle, last]), to: "redis3", isPlanned: false)
        #expect(plan.from == "redis1" && plan.to == "redis3" && plan.followers == ["redis2"])
        // Where it takes writes it is the primary, whoever else is silent.
        let living = try RedisSwitch(
            RedisTopology([gone, server("redis2", recorded: .some(address("redis1"))), last]), to: nil,
            isPlanned: false)
        #expect(living.from == "redis2" && !living.isResumed)
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
