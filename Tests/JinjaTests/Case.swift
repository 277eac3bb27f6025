import Foundation
import Jinja
import OrderedCollections
import YAML

/// One golden case: a template, a templated text or a condition with its variables; see `Cases/*.yml`.
struct Case {
    let file: String
    let index: Int
    let kind: String
    let text: String
    let variables: ValueMap
    let files: ValueMap

    /// What we make of it: the value, or nil and why we refuse.
    func answer() -> (value: Value?, refusal: String?) {
        let scope = MapScope(variables: variables)
        let environment = FolderEnvironment(files: files)
        let origin = TextOrigin(file: "case.j2")
        do {
            switch kind {
            case "condition":
                return (.bool(try Expression(text, origin: origin).condition(in: scope, environment: environment)), nil)
            case "text":
                return (try TemplatedText(text, origin: origin).evaluate(in: scope, environment: environment), nil)
            default:
                let template = try Template(text, origin: origin)
                return (.string(try template.render(in: scope, environment: environment)), nil)
            }
        } catch {
            return (nil, "\(error)")
        }
    }

    /// All cases of all files, in the oracle's order.
    static func all() throws -> [Case] {
        let names = try FileManager.default.contentsOfDirectory(atPath: Oracle.folder).filter { $0.hasSuffix(".yml") }
        return try names.sorted().flatMap { name -> [Case] in
            let text = try String(contentsOfFile: "\(Oracle.folder)/\(name)", encoding: .utf8)
            guard let document = try Node.parse(text, file: name)?.value else { return [] }
            return (document["cases"]?.list ?? []).enumerated().compactMap { index, value in
                Case(value, file: name, index: index, document: document)
            }
        }
    }

    private init?(_ value: Value, file: String, index: Int, document: Value) {
        guard let kind = ["template", "text", "condition"].first(where: { value[$0] != nil }),
            let text = value[kind]?.string
        else { return nil }
        self.file = file
        self.index = index
        self.kind = kind
        self.text = text
        let shared = document["vars"]?.map ?? [:]
        variables = shared.merging(value["vars"]?.map ?? [:]) { _, last in last }
        files = document["files"]?.map ?? [:]
    }
}

/// Variables from a mapping.
struct MapScope: Scope {
    var variables: ValueMap = [:]

    func value(of name: String) -> Value? { variables[.string(name)] }
    var names: [String] { variables.keys.compactMap(\.string) }
}

/// Templates from a mapping of names to texts.
struct FolderEnvironment: Environment {
    var files: ValueMap = [:]

    func loadTemplate(_ name: String) -> (text: String, file: String)? {
        files[.string(name)]?.string.map { ($0, name) }
    }
}
