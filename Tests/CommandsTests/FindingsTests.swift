import Diagnostics
import OrderedCollections
import Playbooks
import Testing
import YAML

@testable import Commands

/// What pipelines read of a check: the JSON document and SARIF.
@Suite struct FindingsTests {
    private let problems = [
        Problem(
            "'gateway_prot' is not defined anywhere", at: Place(file: "playbooks/a b.yml", line: 5, column: 18),
            hint: "did you mean 'gateway_port'?", line: "        msg: \"{{ gateway_prot }}\"",
            rule: .undefinedVariable),
        Problem("'hots' is no key of a group", at: Place(file: "/srv/site/hosts.yml", line: 3, column: 3)),
        Problem("no inventory is given", rule: .inventory),
    ]

    @Test func theDocumentHasEveryFieldInEveryFinding() throws {
        let findings = Findings(problems: problems, playbooks: ["playbooks/a b.yml"], inventories: [])
        let document = findings.document
        #expect(document["version"] == 1)
        let records = try #require(document["findings"]?.list)
        for record in records {
            #expect(
                record.map?.keys.compactMap(\.string)
                    == ["rule", "file", "line", "column", "message", "hint", "source"])
        }
        #expect(records[0]["rule"] == "undefined-variable")
        #expect(records[0]["hint"] == "did you mean 'gateway_port'?")
        #expect(records[2]["file"] == .null)
    }

    /// The rules of the schema of SARIF 2.1.0 that bear on what is written here.
    @Test func sarifKeepsTheSchemasRules() throws {
        let log = SARIFDocument(problems, folder: "/srv/site").value
        #expect(log["version"] == "2.1.0")
        let runs = try #require(log["runs"]?.list)
        #expect(runs.count == 1)
        let driver = try #require(runs[0]["tool"]?["driver"])
        #expect(driver["name"]?.string?.isEmpty == false)
        let rules = try #require(driver["rules"]?.list).compactMap { $0["id"]?.string }
        #expect(Set(rules).count == Rule.allCases.count)
        for rule in driver["rules"]?.list ?? [] {
            #expect(rule["shortDescription"]?["text"]?.string?.isEmpty == false)
            #expect(rule["defaultConfiguration"]?["level"] == "error")
        }
        let results = try #require(runs[0]["results"]?.list)
        #expect(results.count == problems.count)
        for result in results {
            #expect(result["message"]?["text"]?.string?.isEmpty == false)
            #expect(["none", "note", "warning", "error"].contains(result["level"]?.string))
            let index = try #require(result["ruleIndex"]?.int)
            #expect(rules.indices.contains(index) && rules[index] == result["ruleId"]?.string)
            for location in result["locations"]?.list ?? [] {
                let region = try #require(location["physicalLocation"]?["region"])
                #expect((region["startLine"]?.int ?? 0) >= 1 && (region["startColumn"]?.int ?? 0) >= 1)
                let artifact = try #require(location["physicalLocation"]?["artifactLocation"])
                let uri = try #require(artifact["uri"]?.string)
                #expect(!uri.hasPrefix("/") && !uri.contains(" "))
                #expect(artifact["uriBaseId"] == "%SRCROOT%")
            }
        }
        #expect(results[2]["locations"] == nil)
    }

    @Test func sarifsPathsAreRelativeToTheCheckout() {
        let uris = SARIFDocument(
            problems + [Problem("x", at: Place(file: "/etc/other.yml", line: 1, column: 1))], folder: "/srv/site"
        ).value["runs"]?.list?.first?["results"]?.list?.compactMap { result in
            result["locations"]?.list?.first?["physicalLocation"]?["artifactLocation"]?["uri"]?.string
        }
        #expect(uris == ["playbooks/a%20b.yml", "hosts.yml", "file:///etc/other.yml"])
    }

    @Test func aProjectIsItsPlaybooksAndInventories() {
        let project = ProjectPlaybooks(
            ".",
            files: ListedFiles([
                "playbooks/deploy.yml": "", "playbooks/vars/Debian.yml": "", "playbooks/notes.txt": "",
                "site.yml": "- name: all\n  hosts: all\n", "broken.yml": "- hosts: all\n  tasks: [\n",
                "compose.yml": "services:\n  web:\n    hosts: x\n", "inventories/test.yml": "",
                "inventories/production.yml": "", "inventories/group_vars/all.yml": "",
            ]))
        #expect(project.playbooks == ["playbooks/deploy.yml", "broken.yml", "site.yml"])
        #expect(project.inventories == ["inventories/production.yml", "inventories/test.yml"])
        let plain = ProjectPlaybooks("p", files: ListedFiles(["p/hosts.yml": "all:\n", "p/site.yml": "- hosts: a\n"]))
        #expect(plain.inventories == ["p/hosts.yml"])
        #expect(plain.playbooks == ["p/site.yml"])
    }
}

/// Files of a dictionary.
private struct ListedFiles: ProjectFiles {
    let texts: [String: String]

    init(_ texts: [String: String]) { self.texts = texts }

    func read(_ path: String) -> [UInt8]? { texts[path].map { Array($0.utf8) } }

    func list(_ directory: String) -> [String] {
        let prefix = directory == "." || directory.isEmpty ? "" : directory + "/"
        let below = texts.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        return Array(Set(below.compactMap { $0.split(separator: "/").first.map(String.init) }))
    }
}
