import Diagnostics
import YAML

extension Test {
    /// Tests of versions.
    static let versionTests: [String: Test] = ["version": version, "version_compare": version]

    private static let version = Test(["version", "operator", "strict", "version_type"]) { value, arguments in
        let other = PythonText.text(of: try arguments.required("version"))
        let text = PythonText.text(of: value)
        guard !text.isEmpty, !other.isEmpty else { throw Fault("a version to compare can't be empty") }
        guard let order = try kind(arguments).order(text, other) else {
            throw Fault("the versions '\(text)' and '\(other)' can't be compared")
        }
        switch try arguments.string("operator") ?? "eq" {
        case "==", "=", "eq": return order == 0
        case "!=", "<>", "ne": return order != 0
        case "<", "lt": return order < 0
        case "<=", "le": return order <= 0
        case ">", "gt": return order > 0
        case ">=", "ge": return order >= 0
        case let other: throw Fault("test 'version' knows no operator '\(other)'", hint: "use ==, !=, <, <=, > or >=")
        }
    }

    private static func kind(_ arguments: BoundArguments) throws -> VersionKind {
        guard let name = try arguments.string("version_type") else {
            return try arguments.flag("strict") ? .strict : .loose
        }
        guard try arguments.value("strict") == nil else {
            throw Fault("test 'version' takes either 'strict' or 'version_type'", hint: "write one of the two")
        }
        if let kind = VersionKind(rawValue: name) { return kind }
        let names = VersionKind.allCases.map(\.rawValue)
        throw Fault(
            "test 'version' knows no type '\(name)'",
            hint: Suggestion.hint(for: name, among: names) ?? "use \(names.joined(separator: ", "))")
    }
}
