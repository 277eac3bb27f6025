import Diagnostics
import Fleet
import Foundation
import OrderedCollections
import Testing
import YAML

@Suite struct InventoryTests {
    /// Writes files into a folder of their own and loads `inventory.yml` among them.
    private func load(_ files: [String: String]) throws -> Inventory {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try Inventory.load([folder.path + "/inventory.yml"])
    }

    private func problems(_ files: [String: String]) -> [Problem] {
        do {
            _ = try load(files)
            return []
        } catch {
            return (error as? Problems)?.all ?? []
        }
    }

    private func problems(_ text: String) -> [Problem] {
        problems(["inventory.yml": text])
    }

    @Test func reportsAllMistakesAtOnceWithTheirPlaces() {
        let found = problems([
            "inventory.yml": "all:\n  hosst:\n    a:\n  children:\n    web:\n      hosts:\n        - w1\n",
            "group_vars/web.yml": "a: 1\na: 2\n",
        ])
        #expect(found.count == 3)
        #expect(found.contains { $0.place?.line == 2 && $0.hint == "did you mean 'hosts'?" })
        #expect(found.contains { $0.place?.line == 7 && $0.hint?.contains("instead of '- name'") == true })
        #expect(found.contains { $0.message.hasPrefix("duplicate key 'a'") })
    }

    @Test func showsTheLineOfEachMistake() {
        #expect(problems("all:\n  hosst:\n").first?.line == "  hosst:")
    }

    @Test(arguments: [
        ("a: {children: {b: }}\nb: {children: {a: }}\n", "loop"), ("a: {children: {a: }}\n", "loop"),
        ("a: {children: {all: }}\n", "loop"), ("web: {hosts: {web: }}\n", "name of a host and of a group"),
        ("web: {hosts: {\"w[1:]\": }}\n", "no end"), ("web: {hosts: {\"w[5:1]\": }}\n", "ends before"),
        ("web: {hosts: {\"w[01:100]\": }}\n", "same number"), ("web: {hosts: {\"w[1:9\": }}\n", "bracket"),
        ("web: {hosts: {\"w[1:99999999]\": }}\n", "more than"), ("web: {hosts: {1: }}\n", "must be a string"),
        ("web: {hosts: {w1: 5}}\n", "must be a mapping"), ("web: {vars: {a-b: 1}}\n", "not a valid name"),
        ("web: {vars: [1]}\n", "must be a mapping"), ("plugin: aws_ec2\n", "plugins are not supported"),
        ("- a\n- b\n", "a mapping of groups"), ("", "empty"), ("[web]\nw1\n", "document start"),
        ("web: {vars: {ansible_group_priority: high}}\n", "must be an integer"), ("web: 5\n", "must be a mapping"),
    ])
    func refusesBadInventories(text: String, message: String) {
        #expect(problems(text).contains { $0.message.contains(message) }, "\(problems(text))")
    }

    @Test func sendsAuthorsOfINIFilesToTheConverter() {
        #expect(problems("[web]\nw1 a=1\n").first?.hint?.contains("ansible-inventory") == true)
    }

    @Test func namesAMissingInventory() {
        let problems = #expect(throws: Problems.self) { try Inventory.load(["/nowhere/hosts.yml"]) }
        #expect(problems?.all.first?.message == "the inventory '/nowhere/hosts.yml' does not exist")
    }

    @Test func suggestsTheNearestNameInAPattern() throws {
        let inventory = try Inventory.load([Cases.path("site/inventory.yml")])
        let problem = #expect(throws: Problem.self) { try inventory.hosts(matching: "redsi") }
        #expect(problem?.message == "no host and no group is named 'redsi'")
        #expect(problem?.hint == "did you mean 'redis'?")
        #expect(throws: Problem.self) { try inventory.hosts(matching: "all:!ap1") }
        #expect(throws: Problem.self) { try inventory.hosts(matching: "zebra*") }
        #expect(throws: Problem.self) { try inventory.hosts(matching: "~(") }
    }

    @Test func readsPatternsFromAFile() throws {
        let inventory = try Inventory.load([Cases.path("site/inventory.yml")])
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("# failed\napp1\n\ndb*\n".utf8).write(to: file)
        #expect(try inventory.hosts(matching: "@\(file.path)") == ["app1", "db1", "db2"])
    }

    @Test func tellsGroupNamesAsAnsibleSorts() throws {
        let inventory = try Inventory.load([Cases.path("nesting/inventory.yml")])
        #expect(inventory.groups(of: "h1") == ["a", "alpha", "b", "c", "e", "f", "zeta"])
        #expect(inventory.groups(of: "u2") == ["ungrouped"])
        #expect(inventory.hosts["h4"]?.groups == ["f"])
        #expect(inventory.directory == Cases.path("nesting"))
    }

    @Test func knowsLocalhostWithoutBeingTold() throws {
        let inventory = try Inventory.load([Cases.path("site/inventory.yml")])
        #expect(try inventory.hosts(matching: "localhost") == ["localhost"])
        #expect(inventory.isImplicit("localhost"))
        #expect(inventory.variables(of: "localhost")["ansible_user"]?.string == "ops")
    }
}
