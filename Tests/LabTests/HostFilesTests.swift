import Testing

@testable import Lab

@Suite struct HostFilesTests {
    private func files(_ names: [String]) throws -> HostFiles {
        let hosts = try Topology.servers(named: names)
        return HostFiles(lab: .standard, hosts: hosts, host: try #require(hosts.first))
    }

    @Test func hostsFileNamesAllHostsOfTheLab() throws {
        #expect(
            try files(["lb1", "db1"]).hostsFile(present: "127.0.0.1 localhost\n") == """
                127.0.0.1 localhost
                # lab lab: begin
                10.89.0.10 lb1
                10.89.0.21 db1
                # lab lab: end

                """)
    }

    @Test func writingItAgainChangesNothing() throws {
        let files = try files(["lb1", "db1"])
        let once = files.hostsFile(present: "")
        #expect(files.hostsFile(present: once) == once)
    }

    @Test func aGrownLabReplacesItsOwnLinesOnly() throws {
        let before = try files(["lb1"]).hostsFile(present: "127.0.0.1 localhost\n") + "192.0.2.7 printer\n"
        let after = try files(["lb1", "app1"]).hostsFile(present: before)
        #expect(after.contains("192.0.2.7 printer\n"))
        #expect(after.contains("10.89.0.11 app1\n"))
        #expect(after.split(separator: "\n").filter { $0 == "10.89.0.10 lb1" }.count == 1)
    }

    @Test func sshdForgivesTheLabItsMistakes() throws {
        let text = try files(["lb1"]).sshdConfiguration
        #expect(text.contains("PerSourcePenaltyExemptList 10.89.0.0/24\n"))
        #expect(text.contains("PermitRootLogin no\n"))
        #expect(text.contains("PasswordAuthentication no\n"))
    }

    @Test func resolverPrefersServersThatHostsCanReach() {
        let local = "nameserver 127.0.0.53\noptions edns0\n"
        let real = "# comment\nnameserver 192.0.2.53\n"
        #expect(Resolver.configuration(candidates: [local, real]) == real)
        #expect(Resolver.configuration(candidates: [real, local]) == real)
        #expect(Resolver.configuration(candidates: [local]) == local)
        #expect(Resolver.configuration(candidates: []) == "")
    }
}
