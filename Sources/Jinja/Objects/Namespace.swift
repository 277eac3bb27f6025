import OrderedCollections
import YAML

/// `namespace(…)`: variables that can be set from inside loops.
final class Namespace: TemplateObject {
    let kind = "a namespace"
    private var variables: OrderedDictionary<String, Datum>

    init(_ variables: OrderedDictionary<String, Datum>) { self.variables = variables }

    var attributeNames: [String] { Array(variables.keys) }
    func attribute(_ name: String) throws -> Datum? { variables[name] }
    func setAttribute(_ name: String, to value: Datum) throws { variables[name] = value }

    var value: Value? {
        let parts = variables.compactMap { name, datum in
            (try? datum.value()).map { "'\(name)': \(PythonText.representation(of: $0))" }
        }
        return .string("<Namespace {\(parts.joined(separator: ", "))}>")
    }
}
