import Diagnostics
import YAML

/// What may name a variable: anything else could not be read by a template.
enum VariableName {
    static func check(_ key: Node) throws(Problem) -> String {
        guard let name = key.string else {
            throw Problem("a variable's name must be a string, found \(key.value.kind)", at: key.place)
        }
        guard isValid(name) else {
            throw Problem(
                "'\(name)' is not a valid name of a variable", at: key.place,
                hint: "use letters, digits and underscores, and begin with a letter")
        }
        return name
    }

    static func isValid(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
        return name.unicodeScalars.allSatisfy(\.properties.isXIDContinue)
    }
}
