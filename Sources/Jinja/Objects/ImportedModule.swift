import YAML

/// A template that was imported: its macros and the variables it set at its top level.
final class ImportedModule: TemplateObject {
    let kind: String
    private let variables: [String: Datum]
    private let written: Datum

    init(file: String, variables: [String: Datum], written: Datum) {
        kind = "the template '\(file)'"
        self.variables = variables.filter { !$0.key.hasPrefix("_") }
        self.written = written
    }

    var attributeNames: [String] { Array(variables.keys) }
    func attribute(_ name: String) throws -> Datum? { variables[name] }

    /// Printed, a module is the text it wrote while it was imported.
    var value: Value? { try? written.value() }
}
