import Fleet
import Foundation
import OrderedCollections
import Testing
import YAML

@Suite(.enabled("Ansible is not installed: run scripts/oracles") { Oracle.isAvailable() })
struct OracleTests {
    @Test(arguments: ["site", "ranges", "nesting", "top_level", "layers", "folder", "merges"])
    func readsInventoriesAsAnsibleDoes(name: String) async throws {
        let folder = Cases.path(name)
        let source = name == "folder" ? folder + "/inventory" : folder + "/inventory.yml"
        let playbooks = FileManager.default.fileExists(atPath: folder + "/playbooks") ? folder + "/playbooks" : nil
        try await compare(source, playbookDirectory: playbooks)
    }

    @Test(arguments: ["production.yml", "test.yml", "reference.yml"])
    func readsTheShippedInventoriesAsAnsibleDoes(name: String) async throws {
        try await compare(Cases.shipped(name), playbookDirectory: nil)
    }

    private func compare(_ source: String, playbookDirectory: String?) async throws {
        let inventory = try Inventory.load([source], playbookDirectory: playbookDirectory)
        let expected = try await Oracle.list(source, playbookDirectory: playbookDirectory)
        compareGroups(inventory, expected)
        for host in inventory.hosts.keys {
            let variables = ValueMap(
                uniqueKeysWithValues: inventory.variables(of: host).map { (Value.string($0.key), $0.value.value) })
            let oracle = expected["_meta"]?["hostvars"]?[host]?.map ?? [:]
            #expect(Value.map(variables).json(sorted: true) == Value.map(oracle).json(sorted: true), "\(host)")
        }
    }

    private func compareGroups(_ inventory: Inventory, _ expected: Value) {
        for group in inventory.groups.values {
            let oracle = expected[group.name]
            let children = oracle?["children"]?.list?.compactMap(\.string) ?? []
            #expect(group.children == children, "\(group.name)")
            guard group.name != "all" else { continue }
            #expect(group.hosts == oracle?["hosts"]?.list?.compactMap(\.string) ?? [], "\(group.name)")
        }
    }

    @Test func matchesPatternsAsAnsibleDoes() async throws {
        let source = Cases.path("site/inventory.yml")
        let inventory = try Inventory.load([source])
        let patterns = [
            "all", "*", "app", "app1", "app:db", "app,db", "db:app", "app:!app1", "app:&app1", "data:!redis",
            "!nginx", "&data", "app*", "*1", "db[0]", "db[-1]", "data[1:2]", "data[1:]", "data[0:0]", "data[9:12]",
            "db[5]", "~(app|db)\\d", "~.*1$", "[ar]*", "db?", "app1,app2,app1", " app , db ", "localhost", "ungrouped",
            "all:!data:!app", "data:&db", "lb1:app[1]", "d[!c]1", "app2:app1", "redis*[0]",
        ]
        let expected = try await Oracle.match(patterns, in: source)
        for (pattern, hosts) in zip(patterns, expected) {
            #expect((try? inventory.hosts(matching: pattern)) == hosts, "\(pattern)")
        }
    }
}
