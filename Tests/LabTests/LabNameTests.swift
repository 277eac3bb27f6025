import Testing

@testable import Lab

@Suite struct LabNameTests {
    @Test(arguments: ["", "Lab", "1st", "a_b", "a.b", "../x", "a-", "ä", "abcdefghijklmnopqrstuvwxy"])
    func refusesWhatIsNoName(_ text: String) {
        #expect(throws: LabError.badName(text)) { try LabName(text) }
    }

    @Test(arguments: ["a", "lab", "t4194304", "mod-files", "rehearsal-1", "abcdefghijklmnopqrstuvwx"])
    func interfaceNamesFitTheKernel(_ text: String) throws {
        let name = try LabName(text)
        let host = try #require(try Topology.spares(Topology.mostSpares).last)
        #expect(name.bridge.utf8.count <= 15)
        #expect(name.cable(to: host).utf8.count <= 15)
    }

    @Test func longNamesWithTheSameBeginningGetDifferentDevices() throws {
        #expect(try LabName("rehearsal-1").bridge != LabName("rehearsal-2").bridge)
    }

    @Test func theDefaultLabHasItsOwnSubnet() {
        #expect(LabName.standard.subnet.description == "10.89.0.0/24")
        #expect(LabName.standard.subnet.gateway == "10.89.0.1")
        #expect(LabName.standard.bridge == "il-lab")
        #expect(LabName.standard.table == "intchain_lab_lab")
    }

    @Test func otherLabsLieElsewhereAndAlwaysInTheSamePlace() throws {
        let subnets = try (1...50).map { try LabName("t\($0)").subnet }
        #expect(Set(subnets).count > 45)
        #expect(!subnets.contains(LabName.standard.subnet))
        #expect(try LabName("trial").subnet.description == "10.119.51.0/24")
    }
}
