import Health
import Remote
import Testing

@Suite struct HealthProberTests {
    private func check(_ name: String, _ port: Int) -> HealthCheck {
        HealthCheck(name: name, target: .inside(address: "127.0.0.1", port: port, path: "/health"))
    }

    private func url(_ port: Int) -> String { "http://127.0.0.1:\(port)/health" }
    private let patient = HealthPolicy(consecutive: 3, interval: .milliseconds(1), deadline: .seconds(60))

    @Test func wantsGoodAnswersInARow() async {
        let probe = ScriptedProbe([url(5000): [0, 200, 503, 200, 200, 200]])
        let result = await HealthProber(http: probe, tunnel: nil).run(check("gateway", 5000), policy: patient)
        #expect(result.isHealthy)
        #expect(result.attempts == 6)
        #expect(result.status == 200)
    }

    @Test func givesUpAtTheDeadlineAndSaysWhatItSaw() async {
        let probe = ScriptedProbe([url(5000): [503]])
        let policy = HealthPolicy(consecutive: 3, interval: .milliseconds(1), deadline: .milliseconds(20))
        let result = await HealthProber(http: probe, tunnel: nil).run(check("gateway", 5000), policy: policy)
        #expect(!result.isHealthy)
        #expect(result.description == "gateway: 503 after 12 ms: line 503\nmore")
    }

    @Test func asksOnceWithoutPatience() async {
        let probe = ScriptedProbe([url(5000): [0]])
        let result = await HealthProber(http: probe, tunnel: nil).run(check("gateway", 5000), policy: .once)
        #expect(probe.count(url(5000)) == 1)
        #expect(result.error == "\(url(5000)): connection refused")
    }

    @Test func keepsTheOrderOfTheChecks() async {
        let probe = ScriptedProbe([url(1): [200], url(2): [500], url(3): [200]])
        let checks = [check("a", 1), check("b", 2), check("c", 3)]
        let results = await HealthProber(http: probe, tunnel: nil).run(checks, policy: .once)
        #expect(results.map(\.check.name) == ["a", "b", "c"])
        #expect(results.map(\.isHealthy) == [true, false, true])
    }

    @Test(arguments: [
        (#"{"release": "old-1"}"#, false), (#"{"release": "new-2"}"#, true), (#"{"status": "ok"}"#, true), ("OK", true),
    ])
    func wantsTheReleaseWhereTheAnswerNamesOne(_ body: String, _ isHealthy: Bool) async {
        var check = check("gateway", 5000)
        check.release = "new-2"
        let result = await HealthProber(http: FixedAnswer(body: body), tunnel: nil).run(check, policy: .once)
        #expect(result.isHealthy == isHealthy)
        if !isHealthy { #expect(result.description == "gateway: release old-1 answers, not new-2") }
    }

    @Test func saysThatTheTunnelDidNotOpen() async {
        let prober = HealthProber(http: ScriptedProbe([:])) { address, port in
            throw TransportError.unreachable(host: "app1", address: "\(address):\(port)", reason: "refused")
        }
        let result = await prober.run(check("gateway", 5000), policy: .once)
        #expect(result.error == "app1: cannot connect to 127.0.0.1:5000: refused")
    }
}
