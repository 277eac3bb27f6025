import Testing
import YAML

@testable import Commands

@Suite struct SiteStatusTests {
    private static let well: [ResultCollector.Row] = ["gateway", "user"].flatMap { name in
        ["app1", "app2"].map { host in
            ResultCollector.Row(
                host: host,
                value: ["name": .string(name), "healthy": true, "status": 200, "error": .null, "excerpt": ""])
        }
    }

    private static func live(_ host: String, _ id: String, serving: Bool = true) -> ResultCollector.Row {
        ResultCollector.Row(
            host: host,
            value: [
                "id": .string(id), "mark": "live", "serving": .bool(serving), "live": "2026-01-18 02:00:00Z",
            ])
    }

    private static func place(
        _ host: String, _ state: String = "active", behind: Bool = false
    ) -> ResultCollector.Row {
        ResultCollector.Row(
            host: "lb1",
            value: [
                "server": .string("10.0.0.\(host.last ?? "0"):5000"), "state": .string(state), "behind": .bool(behind),
            ])
    }

    private static func server(
        _ host: String, _ releases: [ResultCollector.Row], _ checks: [ResultCollector.Row] = well,
        place: String = "active", behind: Bool = false, silence: String? = nil
    ) -> SiteStatus.Server {
        SiteStatus.Server(
            host, at: "10.0.0.\(host.last ?? "0")", releases: releases, checks: checks,
            upstreams: [Self.place("appX"), Self.place(host, place, behind: behind)], silence: silence)
    }

    @Test func aSiteThatServesOneReleaseHasNoFindings() {
        let status = SiteStatus(servers: ["app1", "app2"].map { Self.server($0, [Self.live($0, "aa")]) })
        #expect(status.findings == [])
        #expect(status.servers.map(\.health) == ["2/2", "2/2"])
        #expect(status.servers.map(\.place) == ["in", "in"])
        #expect(status.value["ok"] == true)
    }

    @Test func serversThatRunDifferentReleasesHaveDrifted() {
        let status = SiteStatus(servers: [
            Self.server("app1", [Self.live("app1", "aa")]), Self.server("app2", [Self.live("app2", "bb")]),
            Self.server("app3", []),
        ])
        #expect(status.drift == ["drift: aa on app1; bb on app2; no release on app3"])
        #expect(status.value["drift"] == true)
    }

    @Test func aServerThatDoesNotAnswerIsNoDriftButAFinding() {
        let status = SiteStatus(servers: [
            Self.server("app1", [Self.live("app1", "aa")]), Self.server("app2", [], [], silence: "timed out"),
        ])
        #expect(status.drift == [])
        #expect(status.findings == ["app2: timed out"])
    }

    /// Where it is not asked, a server that gets no requests looks like one that does.
    @Test func aBalancerThatDoesNotAnswerIsAFinding() {
        let servers = ["app1", "app2"].map { Self.server($0, [Self.live($0, "aa")]) }
        let status = SiteStatus(
            servers: servers,
            balancers: [.init(host: "lb1"), .init(host: "lb2", silence: "lb2: cannot connect: timed out")])
        #expect(
            status.findings == [
                "lb2: the balancer can't be asked which servers it sends requests to: cannot connect: timed out"
            ])
        #expect(status.isOnlySilence && status.value["ok"] == false)
        #expect(
            status.value["balancers"] == [
                ["host": "lb1", "unreachable": .null],
                ["host": "lb2", "unreachable": "lb2: cannot connect: timed out"],
            ])
    }

    @Test func aServerThatMissedARolloutIsBehindAlsoWhileItIsSilent() {
        let status = SiteStatus(servers: [
            Self.server("app1", [Self.live("app1", "aa")]),
            Self.server("app2", [], [], place: "drained", behind: true, silence: "timed out"),
        ])
        #expect(status.behind == ["app2"])
        #expect(status.servers[1].place == "out")
        #expect(status.findings.count == 2)
        #expect(status.value["behind"] == ["app2"])
    }

    @Test func whatIsUnprovenOutOrSickIsSaid() {
        let sick = ResultCollector.Row(
            host: "app1",
            value: ["name": "order", "healthy": false, "status": 503, "error": .null, "excerpt": "no database\nat all"])
        let status = SiteStatus(servers: [
            Self.server("app1", [Self.live("app1", "aa", serving: false)], Self.well + [sick], place: "drained")
        ])
        #expect(
            status.findings == [
                "app1: release aa has not come through its rollout here", "app1: is out of Nginx on lb1",
                "app1: order is not healthy: 503 no database",
            ])
        #expect(status.servers[0].health == "2/3")
    }
}
