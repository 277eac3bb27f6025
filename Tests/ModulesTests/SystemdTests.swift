import Modules
import OrderedCollections
import Testing
import YAML

@Suite struct SystemdTests {
    /// systemd reads files anew, and no unit is another than it was: with Ansible too that is no change.
    @Test func readingUnitFilesAloneCountsAsNoChange() throws {
        let host = GoldenHost([
            "units": ["app.service": ["LoadState": "loaded", "ActiveState": "active", "NeedDaemonReload": "yes"]],
            "stale_units": ["app.service"],
        ])
        for arguments: [String: Value] in [
            ["daemon_reload": true], ["name": "app", "state": "started", "daemon_reload": true],
        ] {
            let convergence = try converge(arguments, on: host)
            #expect(convergence.changes.count == 1)
            #expect(convergence.result["changed"] == false)
        }
        let restart = try converge(["name": "app", "state": "restarted", "daemon_reload": true], on: host)
        #expect(restart.result["changed"] == nil)
    }

    private func converge(_ arguments: [String: Value], on host: GoldenHost) throws -> Convergence {
        let module = try #require(try makeModule("systemd", arguments) as? any Convergent)
        var findings = Findings()
        for probe in module.probes { try host.answer(probe, into: &findings) }
        return try module.converge(findings)
    }
}
