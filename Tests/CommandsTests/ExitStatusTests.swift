import Diagnostics
@testable import Playbooks
import Remote
import Testing

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

    private func failure(in module: String) -> TaskReport {
        let place = Place(file: "deploy.yml", line: 1, column: 1)
        let label = TaskLabel(id: 1, name: "t", place: place, isHandler: false, module: module)
        return TaskReport(host: "app1", task: label, status: .failed)
    }

    @Test func aReleaseTakenBackIs6AndOneThatCouldNotBeIs7() {
        var host = HostRecap(host: "app1")
        host.failed = 1
        host.rescued = 1
        let health = failure(in: "intchain.site.health")
        let end = failure(in: "ansible.builtin.fail")
        #expect(RolloutOutcome(Recap(hosts: [host]), failures: [health, end]).status.rawValue == 6)
        #expect(RolloutOutcome(Recap(hosts: [host]), failures: [end, health]).status.rawValue == 7)
        host.rescued = 0
        #expect(RolloutOutcome(Recap(hosts: [host]), failures: [health]).status.rawValue == 2)
    }

    @Test func cancellationIs130() {
        #expect(ExitStatus(of: CancellationError()).rawValue == 130)
    }
}
