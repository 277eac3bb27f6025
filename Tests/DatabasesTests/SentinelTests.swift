import Modules
import Testing
import YAML

@testable import Databases

@Suite struct SentinelTests {
    private let healthy = """
        OK
         1) "name"
         2) "intchain"
         3) "ip"
         4) "10.0.0.1"
         5) "flags"
         6) "master"
         7) "config-epoch"
         8) "4"
         9) "num-other-sentinels"
        10) "2"
        11) "num-slaves"
        12) "1"
        13) "quorum"
        14) "2"
        1) "10.0.0.1"
        2) "6379"
        OK 3 usable Sentinels. Quorum and failover authorization can be reached
        """

    private func report(_ text: String) -> SentinelReport? { SentinelReport(text.split(separator: "\n")) }

    @Test func readsWhatASentinelSays() throws {
        #expect(report(healthy) == SentinelReport(primary: "10.0.0.1", quorum: 2, known: 3, epoch: 4))
        let dying = healthy.replacing("\"master\"", with: "\"s_down,o_down,master,failover_in_progress\"")
            .replacing("1) \"10.0.0.1\"", with: "1) \"10.0.0.2\"")
            .replacing("OK 3 usable Sentinels. Quorum and", with: "(error) NOQUORUM 1 usable Sentinels. Not enough")
        let other = try #require(report(dying))
        #expect(other.primary == "10.0.0.2" && other.isFailingOver && other.findsItDead)
        #expect(other.noQuorum?.hasPrefix("NOQUORUM 1 usable") == true)
    }

    @Test func anErrorIsNoReport() {
        #expect(report("(error) NOAUTH Authentication required.") == nil)
        #expect(report("OK\n(error) ERR No such master with that name\n(nil)\n(error) ERR No such master") == nil)
        #expect(report(healthy.split(separator: "\n").prefix(15).joined(separator: "\n")) == nil)
        #expect(report("") == nil)
    }

    private func server(_ name: String, from source: String? = nil) -> RedisSight {
        RedisSight(
            name: name, address: address(name), recordedSource: source.map(address),
            report: RedisReport(
                source: source.map(address), isLinked: true, silence: nil, offset: 1, replicas: [], version: "8.0.6",
                keys: 1, persistenceErrors: []))
    }

    private func topology(_ sentinels: [SentinelSight], primary: String = "redis1") -> RedisTopology {
        let other = primary == "redis1" ? "redis2" : "redis1"
        return RedisTopology(
            [server(primary), server(other, from: primary)].sorted { $0.name < $1.name },
            circle: SentinelCircle(sentinels))
    }

    private func sentinel(_ name: String, says primary: String, noQuorum: String? = nil) -> SentinelSight {
        SentinelSight(name: name, report: SentinelReport(primary: address(primary), noQuorum: noQuorum))
    }

    @Test func threeThatAgreeGiveNoAlarm() throws {
        let all = ["redis1", "redis2", "lb1"].map { sentinel($0, says: "redis2") }
        let site = topology(all, primary: "redis2")
        #expect(site.alarms.isEmpty && site.circle?.trouble == nil)
        #expect(
            site.tree.last == "Sentinel  redis1, redis2, lb1 agree on redis2; quorum 2 of 3: they can fail over")
        for one in all { #expect(SentinelSight(try Value(json: one.value.json())) == one) }
    }

    @Test func disagreementWithTheServersIsAnAlarm() {
        let site = topology(["redis1", "redis2", "lb1"].map { sentinel($0, says: "redis2") })
        #expect(
            site.alarms.map(\.description) == ["the Sentinels take redis2 for the primary, and redis1 takes the writes"]
        )
    }

    @Test func tellsOfTheOneThatThinksOtherwise() {
        let site = topology([
            sentinel("redis1", says: "redis1"), sentinel("redis2", says: "redis2"), sentinel("lb1", says: "redis1"),
        ])
        #expect(
            site.alarms.map(\.description) == [
                "redis2: its Sentinel takes redis2 for the primary, and most of them redis1"
            ])
    }

    /// As for some seconds after `SENTINEL RESET`.
    @Test func oneThatKnowsNoReplicaCouldMoveTheWritesToNobody() {
        var forgetful = sentinel("lb1", says: "redis1")
        forgetful.report?.replicas = 0
        let site = topology([sentinel("redis1", says: "redis1"), sentinel("redis2", says: "redis1"), forgetful])
        #expect(site.alarms.count == 1 && site.alarms[0].server == "lb1")
        #expect(site.alarms.first?.text.contains("knows no copy of redis1") == true)
        #expect(SentinelSight(forgetful.value) == forgetful)
    }

    @Test func twoThatAreDownLeaveNoQuorum() throws {
        let left = sentinel("redis2", says: "redis1", noQuorum: "NOQUORUM 1 usable Sentinels.")
        let circle = SentinelCircle([
            SentinelSight(name: "redis1", silence: "Connection refused"), left,
            SentinelSight(name: "lb1", silence: "no answer"),
        ])
        #expect(circle.agreed == nil)
        #expect(
            circle.trouble == """
                redis1's Sentinel does not answer: Connection refused
                redis2's Sentinel says: NOQUORUM 1 usable Sentinels.
                lb1's Sentinel does not answer: no answer
                """)
    }

    @Test func oneThatAnswersAnybodyAnswers() {
        let silent = SentinelSight(name: "lb1", silence: "no answer")
        let heard = sentinel("lb1", says: "redis1")
        #expect(SentinelCircle([silent, heard, silent]).sentinels == [heard])
    }

    @Test func nobodyFailsOverBesideSentinel() {
        var kept = server("redis2", from: "redis1")
        kept.isKeptBySentinel = true
        #expect(throws: ModuleFailure.self) {
            try RedisSwitch(RedisTopology([server("redis1"), kept]), to: nil, isPlanned: true)
        }
    }

    private func move(
        _ site: RedisTopology, to wanted: String? = nil, isPlanned: Bool = true
    ) throws -> SentinelSwitch {
        try SentinelSwitch(site, to: wanted, isPlanned: isPlanned)
    }

    private func refusal(_ body: () throws -> SentinelSwitch) -> String {
        do { return "\(try body())" } catch { return "\(error)" }
    }

    private func three(say primary: String) -> [SentinelSight] {
        ["redis1", "redis2", "lb1"].map { sentinel($0, says: primary) }
    }

    @Test func theReplicaIsToTakeTheWrites() throws {
        let plan = try move(topology(three(say: "redis1")))
        #expect(plan.from == "redis1" && plan.to == "redis2" && !plan.isMoved)
        #expect(try move(topology(three(say: "redis1")), to: "redis1").isMoved)
        #expect(
            refusal { try move(topology(three(say: "redis1")), to: "redis9") }.contains("none of the Redis servers"))
    }

    @Test func nothingIsAskedOfSentinelsThatDisagreeOrAreTooFew() {
        #expect(refusal { try move(topology(three(say: "redis2"))) }.contains("and redis1 takes the writes"))
        let few = topology([
            SentinelSight(name: "redis1", silence: "refused"), sentinel("redis2", says: "redis1"),
            SentinelSight(name: "lb1", silence: "refused"),
        ])
        for isPlanned in [true, false] {
            var site = few
            if !isPlanned { site.servers[0].report = nil }
            #expect(refusal { try move(site, isPlanned: isPlanned) }.contains("too few Sentinels"))
        }
    }

    @Test func whatSentinelDecidesAboutADeadPrimaryIsWaitedFor() throws {
        var site = topology(three(say: "redis1"))
        site.servers[0].report = nil
        let plan = try move(site, isPlanned: false)
        #expect(plan.from == "redis1" && plan.to == "redis2" && !plan.isMoved)
        // It moved between the look at the servers and the one at the Sentinels.
        site.circle = SentinelCircle(three(say: "redis2"))
        let late = try move(site, isPlanned: false)
        #expect(late.from == "redis1" && late.to == "redis2" && !late.isMoved)
        // Or before both.
        site.servers[1].report?.source = nil
        #expect(try move(site, isPlanned: false).isMoved)
    }
}
