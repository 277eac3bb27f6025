import Glibc
import SystemPackage
import Testing

@testable import Lab

/// One lab of two hosts, really booted, and every trace of it gone in the end.
@Suite(.enabled(if: Gate.mayBoot, "\(Gate.reason)"))
struct LabBootTests {
    private let machine = LocalMachine()

    @Test func aLabBootsObeysAndLeavesNothing() async throws {
        let site = LabSite(try LabName("t\(getpid())"))
        let request = LabRequest(servers: try Topology.servers(named: ["redis1"]), spares: try Topology.spares(1))
        do {
            let report = try await site.up(request)
            #expect(report.hosts.map(\.name) == ["redis1", "spare1"])
            #expect(report.hosts.map(\.running) == [true, true])
            try await hostsAnswer(site)
            try await sudoWantsThePassword(site)
            try await upAgainChangesNothing(site)
            try await aPowerCutKeepsTheDisk(site)
        } catch {
            _ = try? await site.down(purge: true)
            throw error
        }
        #expect(try await site.down(purge: true))
        try await nothingIsLeft(of: site)
        #expect(try await site.down(purge: true) == false)
    }

    private func hostsAnswer(_ site: LabSite) async throws {
        let answer = try await machine.require(site.session(to: "redis1", ["id -un; hostname; getent hosts spare1"]))
        let address = site.name.subnet.address(101)
        #expect(
            answer.split(separator: "\n").map { $0.split(separator: " ").first ?? "" } == [
                "ops", "redis1", "\(address)",
            ])
    }

    private func sudoWantsThePassword(_ site: LabSite) async throws {
        let without = try await machine.run(site.session(to: "redis1", ["sudo -n id -u"]), line: nil)
        #expect(without.failure != nil)
        var with = try site.session(to: "redis1", ["sudo -S -p '' id -u"])
        with.input = try site.record().secrets.become + "\n"
        #expect(try await machine.require(with) == "0")
    }

    private func upAgainChangesNothing(_ site: LabSite) async throws {
        let inventory = try site.paths.inventory.text()
        let host = try site.record().host("redis1")
        let process = try site.group(of: host).initProcess
        _ = try await site.up()
        #expect(try site.paths.inventory.text() == inventory)
        #expect(try site.group(of: host).initProcess == process)
    }

    private func aPowerCutKeepsTheDisk(_ site: LabSite) async throws {
        try await machine.require(site.session(to: "redis1", ["echo kept > note; sync"]))
        try await site.kill("redis1")
        #expect(try await site.report().hosts.map(\.running) == [false, true])
        #expect(throws: LabError.hostStopped("redis1", lab: site.name)) { try site.entry(to: "redis1", ["true"]) }
        try await site.start("redis1")
        try await site.reboot("redis1")
        #expect(try await machine.require(site.session(to: "redis1", ["cat note"])) == "kept")
    }

    private func nothingIsLeft(of site: LabSite) async throws {
        #expect(!site.paths.state.exists)
        #expect(try Mounts.current().below(site.paths.state).isEmpty)
        #expect(!FilePath("/sys/class/net/\(site.name.bridge)").exists)
        #expect(FilePath("/run/netns").entries.allSatisfy { !$0.contains(".\(site.name).") })
        let group = try Prerequisites.controlGroups().appending(site.name.text)
        #expect(!group.exists)
        let tables = try await machine.require(Command("nft", ["list", "tables"]))
        #expect(!tables.contains(site.name.table))
    }
}
