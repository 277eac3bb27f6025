import ArgumentParser
import Commands
import Diagnostics
import Fleet
import Foundation
import Testing
import YAML

@Suite struct InventoryCommandTests {
    private func inventory() throws -> Inventory {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(Self.site.utf8).write(to: file)
        return try Inventory.load([file.path])
    }

    private static let site = """
        all:
          vars:
            mysql_root_password: hunter22
            mysql_url: "mysql://root:hunter22@db1"
          children:
            app:
              hosts:
                app1: {ansible_host: 10.0.0.1, port: 5000}
                app2:
            data:
              children:
                db:
                  hosts: {db1: }
        """

    @Test func listsHostsWithAddressesAndGroups() throws {
        #expect(
            try InventoryListing(inventory: inventory()).text == """
                HOST  ADDRESS   GROUPS
                app1  10.0.0.1  app
                app2  app2      app
                db1   db1       data, db
                """)
    }

    @Test func listsHostsAndGroupsAsJSON() throws {
        let value = try InventoryListing(inventory: inventory()).value
        #expect(value["hosts"]?["db1"]?["groups"] == ["data", "db"])
        #expect(value["groups"]?["data"] == ["hosts": ["db1"], "children": ["db"]])
    }

    @Test func drawsTheTreeAsAnsibleDoes() throws {
        #expect(
            try GroupTree(inventory: inventory(), root: "all").text == """
                @all:
                  |--@ungrouped:
                  |--@app:
                  |  |--app1
                  |  |--app2
                  |--@data:
                  |  |--@db:
                  |  |  |--db1
                """)
    }

    @Test func showsAHostWithoutItsSecrets() throws {
        let sheet = try HostSheet(inventory: inventory(), host: "app1")
        #expect(!sheet.text.contains("hunter22"))
        #expect(sheet.value["mysql_root_password"] == "********")
        #expect(sheet.value["mysql_url"] == "mysql://root:********@db1")
        #expect(sheet.text.contains("port: 5000"))
    }

    @Test func suggestsTheNearestHostAndGroup() throws {
        let host = #expect(throws: Problem.self) { try HostSheet(inventory: inventory(), host: "ap1") }
        #expect(host?.hint == "did you mean 'app1'?")
        let group = #expect(throws: Problem.self) { try GroupTree(inventory: inventory(), root: "dta") }
        #expect(group?.hint == "did you mean 'data'?")
    }

    @Test func resolvesTheNamesOfLabs() throws {
        let labs = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: labs) }
        let folder = labs.appending(path: "night")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("all:\n".utf8).write(to: folder.appending(path: "inventory.yml"))
        let option = try InventoryOption.parse(["-i", "lab:night", "-i", "a.yml"])
        #expect(try option.paths(environment: [:], labs: labs.path) == [folder.path + "/inventory.yml", "a.yml"])
        let missing = try InventoryOption.parse(["-i", "lab"])
        let problem = #expect(throws: Problem.self) { try missing.paths(environment: [:], labs: labs.path) }
        #expect(problem?.hint == "boot it with: sudo intchainctl lab up")
    }

    @Test func takesTheInventoryFromTheEnvironmentElseAsksForIt() throws {
        let option = try InventoryOption.parse([])
        #expect(try option.paths(environment: ["INTCHAIN_INVENTORY": "a.yml,b.yml"]) == ["a.yml", "b.yml"])
        let problem = #expect(throws: Problem.self) { try option.paths(environment: [:]) }
        #expect(problem?.hint?.contains("-i") == true)
    }
}
