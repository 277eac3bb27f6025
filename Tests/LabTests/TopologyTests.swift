import Testing

@testable import Lab

@Suite struct TopologyTests {
    @Test func theSiteHasThePlansSevenServers() {
        #expect(Topology.site.map(\.name) == ["lb1", "app1", "app2", "db1", "db2", "redis1", "redis2"])
        #expect(Topology.site.map(\.octet) == [10, 11, 12, 21, 22, 31, 32])
        #expect(Topology.site.map(\.memoryMB) == [4096, 8192, 8192, 16384, 16384, 4096, 4096])
    }

    @Test func namesChooseServersInTheSitesOrder() throws {
        #expect(try Topology.servers(named: ["db1", "lb1"]).map(\.name) == ["lb1", "db1"])
        #expect(try Topology.servers(named: []).isEmpty)
    }

    @Test func refusesAnUnknownServerWithTheNearestName() {
        let error = #expect(throws: LabError.self) { try Topology.servers(named: ["ap1"]) }
        #expect(error?.description.contains("did you mean 'app1'?") == true)
    }

    @Test func refusesMoreSparesThanAddresses() throws {
        #expect(try Topology.spares(150).last?.octet == 250)
        #expect(throws: LabError.tooManySpares(151)) { try Topology.spares(151) }
        #expect(throws: LabError.tooManySpares(-1)) { try Topology.spares(-1) }
    }

    @Test func aNewLabHasTheWholeSiteUnlessToldOtherwise() throws {
        #expect(LabRequest().hosts(present: nil) == Topology.site)
        let few = LabRequest(servers: try Topology.servers(named: ["db1"]), spares: try Topology.spares(1))
        #expect(few.hosts(present: nil).map(\.name) == ["db1", "spare1"])
    }

    @Test func aLabKeepsItsHostsAndGrows() throws {
        let present = try Topology.servers(named: ["db1"])
        #expect(LabRequest().hosts(present: present) == present)
        let grown = LabRequest(spares: try Topology.spares(2)).hosts(present: present)
        #expect(grown.map(\.name) == ["db1", "spare1", "spare2"])
    }
}
