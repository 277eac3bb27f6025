import Foundation
import OrderedCollections
import Testing
import YAML

@testable import Fleet

@Suite struct StandInTests {
    private static let text = """
        all:
          vars: { birth: db1, hosts: [db1, db2], note: db1 is first }
          children:
            db:
              hosts:
                db1: { ansible_host: 10.0.0.1, memory_mb: 16, size: large }
                db2: { ansible_host: 10.0.0.2, memory_mb: 16 }
            spare:
              hosts:
                db3: { ansible_host: 10.0.0.3, memory_mb: 8 }
        """

    private func inventory() throws -> Inventory {
        let file = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString).yml")
        try Self.text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let reading = InventoryReading([file.path], standIn: StandIn(for: "db1", by: "db3"))
        #expect(reading.problems.isEmpty)
        return reading.inventory
    }

    @Test func aStandInHasTheLostHostsGroupsAndPosition() throws {
        let inventory = try inventory()
        #expect(inventory.allHosts(in: "db") == ["db3", "db2"])
        #expect(inventory.hosts["db1"] == nil)
        #expect(inventory.groups(of: "db3") == ["db", "spare"])
    }

    @Test func aStandInHasTheLostHostsVariablesBelowItsOwn() throws {
        let variables = try inventory().variables.merged(for: "db3", in: ["db", "spare"])
        #expect(variables["ansible_host"]?.scalar?.text == "10.0.0.3")
        #expect(variables["memory_mb"]?.scalar?.value == .int(8))
        #expect(variables["size"]?.scalar?.text == "large")
    }

    @Test func variablesThatNameTheLostHostNameTheStandIn() throws {
        let variables = try inventory().variables.merged(for: "db2", in: ["db"])
        #expect(variables["birth"]?.scalar?.text == "db3")
        #expect(variables["hosts"]?.sequence?.compactMap { $0.scalar?.text } == ["db3", "db2"])
        #expect(variables["note"]?.scalar?.text == "db1 is first")
    }
}
