import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// What `apt` reports once apt-get has spoken.
@Suite struct AptTests {
    private static let zero = """
        Reading package lists...
        nginx is already the newest version (1.30.1-1).
        0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.

        """

    @Test(
        arguments: [
            ["name": "nginx", "state": "latest", "update_cache": true], ["upgrade": "dist", "update_cache": true],
        ] as [[String: Value]])
    func newListsThatBringNothingAreNoChange(arguments: [String: Value]) throws {
        let result = try result(arguments, apt: Self.zero)
        #expect(result["changed"] == false)
        #expect(result["cache_updated"] == true)
        #expect(result["stdout"] == .string(Self.zero))
    }

    @Test(arguments: [
        "1 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n",
        "10 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n",
        "0 upgraded, 0 newly installed, 1 downgraded, 0 to remove and 3 not upgraded.\n",
        "0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n1 not fully installed or removed.\n",
        "",
    ])
    func whatAptDidIsAChange(summary: String) throws {
        let result = try result(["name": "nginx", "state": "latest", "update_cache": true], apt: summary)
        #expect(result["changed"] == nil)
    }

    /// The module's result over the runner's own `changed`.
    private func result(_ arguments: [String: Value], apt output: String) throws -> ValueMap {
        let module = try #require(try makeModule("apt", arguments) as? any Convergent)
        var findings = Findings()
        let host = GoldenHost(["packages": ["nginx": "1.30.1-1"], "lists_age": 5])
        for probe in module.probes { try host.answer(probe, into: &findings) }
        let convergence = try module.converge(findings)
        #expect(convergence.changes.count == 1)
        return module.result(of: convergence, replies: [Reply(stdout: output)])
    }
}
