import ArgumentParser
import Diagnostics
import OrderedCollections
import YAML

/// What a check of a project found, for people and for programs.
struct Findings {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

    let problems: [Problem]
    let playbooks: [String]
    let inventories: [String]

    func show(as format: Format, on console: Console) {
        switch format {
        case .text:
            for problem in problems { console.say(problem.description) }
            console.say(summary)
        case .json: console.print(document.json(pretty: true))
        case .sarif: console.print(SARIFDocument(problems).value.json(pretty: true))
        }
    }

    private var summary: String {
        guard problems.isEmpty else {
            let files = Set(problems.compactMap { $0.place?.file }).count
            return "\(problems.count) mistake\(problems.count == 1 ? "" : "s")"
                + (files > 1 ? " in \(files) files" : "")
        }
        let checked =
            playbooks.count > 3
            ? "\(playbooks.count) playbooks with \(inventories.joined(separator: ", "))"
            : playbooks.joined(separator: ", ")
        return "\(checked): no mistakes found"
    }

    /// The document of `--output json`; `version` changes when a field changes its meaning.
    var document: Value {
        [
            "version": 1,
            "playbooks": .list(playbooks.map(Value.string)),
            "inventories": .list(inventories.map(Value.string)),
            "findings": .list(problems.map(\.record)),
        ]
    }
}

extension Problem {
    /// As data for programs: every field in every record.
    var record: Value {
        [
            "rule": .string((rule ?? .playbook).rawValue),
            "file": place.map { .string($0.file) } ?? .null,
            "line": place.map { .int($0.line) } ?? .null,
            "column": place.map { .int($0.column) } ?? .null,
            "message": .string(message),
            "hint": hint.map { .string($0) } ?? .null,
            "source": line.map { .string($0) } ?? .null,
        ]
    }
}
