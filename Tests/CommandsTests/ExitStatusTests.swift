import Diagnostics
@testable import Playbooks
import Remote
import Rollouts
import Testing
import YAML

@testable import Commands

@Suite struct ExitStatusTests {
    @Test func badInputIs65() {
        #expect(ExitStatus(of: Problem("x")) == .badInput)
        #expect(ExitStatus(of: Problems([Problem("x")])).rawValue == 65)
    }

    @Test func unreachableHostsAre4AndFailedOnes2() {
        #expect(ExitStatus(of: TransportError.lost(host: "a", reason: "b")).rawValue == 4)
        var lost = HostRecap(host: "a")
        lost.unreachable = "gone"
        var failed = HostRecap(host: "b")
        failed.failed = 1
        #expect(ExitStatus(of: Recap(hosts: [lost])).rawValue == 4)
        #expect(ExitStatus(of: Recap(hosts: [lost, failed])).rawValue == 2)
        #expect(ExitStatus(of: Recap(hosts: [HostRecap(host: "c")])).rawValue == 0)
    }

    @Test func aReleaseTakenBackIs6AndOneThatCouldNotBeIs7() {
        var host = HostRecap(host: "app1")
        host.failed = 1
        let recap = Recap(hosts: [host])
        #expect(ExitStatus(of: recap, end: .rolledBack).rawValue == 6)
        #expect(ExitStatus(of: recap, end: .rollbackFailed).rawValue == 7)
        #expect(ExitStatus(of: recap, end: .paused).rawValue == 2)
        #expect(ExitStatus(of: recap, end: nil).rawValue == 2)
        var lost = HostRecap(host: "app2")
        lost.unreachable = "no route to host"
        #expect(ExitStatus(of: Recap(hosts: [lost]), end: .paused).rawValue == 2)
        #expect(ExitStatus(of: Recap(hosts: []), end: .done).rawValue == 0)
    }

    @Test func whatIsBadWinsOverHostsThatCouldNotBeAsked() {
        var lost = HostRecap(host: "a")
        lost.unreachable = "gone"
        let recap = Recap(hosts: [lost, HostRecap(host: "b")])
        let bad = ResultCollector.Row(host: "b", value: "bad\tdb\tmysql does not run\t\t")
        #expect(ExitStatus(of: recap, Diagnosis([], recap: recap)) == .hostUnreachable)
        #expect(ExitStatus(of: recap, Diagnosis([bad], recap: recap)) == .hostFailed)
        #expect(ExitStatus(of: Recap(hosts: []), Diagnosis([], recap: Recap(hosts: []))) == .done)
    }

    @Test func whatIsOffWinsOverServersThatCouldNotBeAsked() {
        var lost = HostRecap(host: "a")
        lost.unreachable = "gone"
        var failed = HostRecap(host: "a")
        failed.failed = 1
        let silent = SiteStatus.Server(host: "a", silence: "gone")
        let sick = SiteStatus.Server(host: "b", live: "x", isServing: true, sick: ["gateway is not healthy"])
        #expect(ExitStatus(of: Recap(hosts: [lost]), SiteStatus(servers: [silent])) == .hostUnreachable)
        #expect(ExitStatus(of: Recap(hosts: [failed]), SiteStatus(servers: [silent])) == .hostFailed)
        #expect(ExitStatus(of: Recap(hosts: [lost]), SiteStatus(servers: [silent, sick])) == .hostFailed)
        let late = SiteStatus.Server(host: "b", live: "x", isServing: true, isBehind: true)
        #expect(ExitStatus(of: Recap(hosts: [HostRecap(host: "b")]), SiteStatus(servers: [late])) == .hostFailed)
        #expect(ExitStatus(of: Recap(hosts: []), SiteStatus(servers: [])) == .done)
        var well = sick
        well.sick = []
        let balancer = SiteStatus.Balancer(host: "a", silence: "gone")
        let dark = SiteStatus(servers: [well], balancers: [balancer])
        #expect(ExitStatus(of: Recap(hosts: [lost]), dark) == .hostUnreachable)
        #expect(ExitStatus(of: Recap(hosts: [lost]), SiteStatus(servers: [sick], balancers: [balancer])) == .hostFailed)
    }

    @Test func cancellationIs130() {
        #expect(ExitStatus(of: CancellationError()).rawValue == 130)
    }
}
