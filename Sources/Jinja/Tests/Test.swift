import Diagnostics
import YAML

/// One test, as in `x is defined`.
struct Test: Sendable {
    typealias Body = @Sendable (_ input: Datum, _ arguments: BoundArguments, _ evaluator: Evaluator) throws -> Bool

    let parameters: Parameters
    /// Whether an undefined input is its business, as for `defined`.
    let takesUndefined: Bool
    let apply: Body

    init(_ parameters: Parameters, takesUndefined: Bool = false, datum apply: @escaping Body) {
        self.parameters = parameters
        self.takesUndefined = takesUndefined
        self.apply = apply
    }

    /// A test of plain data.
    init(_ parameters: Parameters = [], _ body: @escaping @Sendable (Value, BoundArguments) throws -> Bool) {
        self.init(parameters) { input, arguments, _ in try body(input.value(), arguments) }
    }

    /// All tests, Jinja's and Ansible's, by name.
    private static let all: [String: Test] = [
        kindTests, comparisonTests, presenceTests, regexTests, resultTests, setTests, versionTests,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    private static let prefix = "ansible.builtin."

    static func named(_ name: String) -> Test? {
        all[name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name]
    }

    static func hint(for name: String) -> String? { Suggestion.hint(for: name, among: all.keys) }
}
