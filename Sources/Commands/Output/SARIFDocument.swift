import ArgumentParser
import Diagnostics
import OrderedCollections
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Mistakes as a SARIF 2.1.0 log: GitHub, GitLab and editors show its results at the lines of a change.
struct SARIFDocument {
    let problems: [Problem]
    private let folder: String

    /// - Parameter folder: what paths are relative to; nil: the present one.
    init(_ problems: [Problem], folder: String? = nil) {
        self.problems = problems
        self.folder = folder ?? FileManager.default.currentDirectoryPath
    }

    var value: Value {
        [
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "columnKind": "unicodeCodePoints",
                    "results": .list(problems.map(result)),
                ]
            ],
        ]
    }

    private var driver: Value {
        [
            "name": "intchainctl",
            "version": .string(Intchainctl.configuration.version),
            "rules": .list(Rule.allCases.map(descriptor)),
        ]
    }

    private func descriptor(_ rule: Rule) -> Value {
        [
            "id": .string(rule.rawValue),
            "shortDescription": ["text": .string(rule.summary)],
            "defaultConfiguration": ["level": "error"],
        ]
    }

    private func result(_ problem: Problem) -> Value {
        let rule = problem.rule ?? .playbook
        var result: ValueMap = [
            "ruleId": .string(rule.rawValue),
            "ruleIndex": .int(Rule.allCases.firstIndex(of: rule) ?? 0),
            "level": "error",
            "message": ["text": .string(problem.message + (problem.hint.map { "; \($0)" } ?? ""))],
        ]
        if let place = problem.place { result["locations"] = [["physicalLocation": location(place, problem.line)]] }
        return .map(result)
    }

    private func location(_ place: Place, _ line: String?) -> Value {
        var region: ValueMap = ["startLine": .int(place.line), "startColumn": .int(place.column)]
        if let line { region["snippet"] = ["text": .string(line)] }
        return ["artifactLocation": artifact(place.file), "region": .map(region)]
    }

    /// Relative to the folder where the check was made, which a pipeline's checkout is; others as `file:` addresses.
    private func artifact(_ file: String) -> Value {
        let inside = file.hasPrefix(folder + "/") ? String(file.dropFirst(folder.count + 1)) : file
        let path = inside.hasPrefix("./") ? String(inside.dropFirst(2)) : inside
        if path.hasPrefix("/") { return ["uri": .string("file://" + Self.escaped(path))] }
        return ["uri": .string(Self.escaped(path)), "uriBaseId": "%SRCROOT%"]
    }

    /// Percent-encoded but for what RFC 3986 leaves as it is in paths.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte -> String in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber || "-._~/@+,=".contains(character))
            if isPlain { return String(character) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
