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

    /// All tests, Jinja's and Ansible's.
    static let all = Registry([
        kindTests, comparisonTests, presenceTests, regexTests, resultTests, setTests, versionTests,
    ])
}
