import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

@Suite struct SupervisorctlTests {
    private let status = """
        |intchain-gateway                 RUNNING   pid 12, uptime 0:01:02
        |workers:one                      STOPPED   Not started
        |workers:two                      FATAL     Exited too quickly (process log may have details)
        =

        """

    private func changes(_ name: String, _ state: String, _ output: String? = nil) throws -> [String] {
        let module = try Make.module(SupervisorctlModule.self, ["name": .string(name), "state": .string(state)])
        let probe = SupervisorStatusProbe(control: module.control)
        var findings = Findings()
        findings.add(probe, try SupervisorStatusProbe.parse(Reply(stdout: output ?? status), for: [probe])[0])
        return try module.converge(findings).changes.map(\.summary)
    }

    @Test func startsWhatDoesNotRun() throws {
        #expect(try changes("intchain-gateway", "started").isEmpty)
        #expect(try changes("workers:one", "started") == ["start workers:one"])
        #expect(try changes("workers:", "started") == ["start workers:"])
    }

    @Test func stopsWhatRuns() throws {
        #expect(try changes("intchain-gateway", "stopped") == ["stop intchain-gateway"])
        #expect(try changes("workers:", "stopped").isEmpty)
    }

    @Test func addsAndRemovesPrograms() throws {
        #expect(try changes("intchain-gateway", "present").isEmpty)
        #expect(try changes("other", "present") == ["add other to supervisor"])
        #expect(try changes("other", "absent").isEmpty)
        #expect(try changes("workers:", "absent") == ["remove workers: from supervisor"])
    }

    @Test func alwaysRestarts() throws {
        #expect(try changes("intchain-gateway", "restarted") == ["restart intchain-gateway"])
    }

    @Test func refusesAProgramThatIsNotThere() {
        #expect(throws: ModuleFailure.self) { try changes("other", "started") }
    }

    @Test func saysThatSupervisorDoesNotAnswer() {
        let failure = #expect(throws: ModuleFailure.self) {
            try changes("x", "started", "|unix:///var/run/supervisor.sock no such file\n=\n")
        }
        #expect(failure?.message == "supervisor cannot be asked: unix:///var/run/supervisor.sock no such file")
    }
}
