import YAML

/// One filter: what it takes and what it does.
struct Filter: Sendable {
    typealias Body = @Sendable (_ input: Datum, _ arguments: BoundArguments, _ evaluator: Evaluator) throws -> Datum

    let parameters: Parameters
    /// Whether an undefined input is its business, as for `default`.
    let takesUndefined: Bool
    let apply: Body

    /// A filter that works on what exists only in templates too.
    init(_ parameters: Parameters, takesUndefined: Bool = false, datum apply: @escaping Body) {
        self.parameters = parameters
        self.takesUndefined = takesUndefined
        self.apply = apply
    }

    /// A filter from plain data to plain data.
    init(_ parameters: Parameters = [], _ body: @escaping @Sendable (Value, BoundArguments) throws -> Value) {
        self.init(parameters) { input, arguments, _ in .value(try body(input.value(), arguments)) }
    }

    /// A filter from text to plain data; other input is printed first, as Jinja does.
    static func text(
        _ parameters: Parameters = [], _ body: @escaping @Sendable (String, BoundArguments) throws -> Value
    ) -> Filter {
        Filter(parameters) { try body(PythonText.text(of: $0), $1) }
    }

    /// All filters, Jinja's and Ansible's.
    static let all = Registry([
        textFilters, paddingFilters, numberFilters, listFilters, selectionFilters, groupingFilters, setFilters,
        mapFilters, jsonFilters, yamlFilters, regexFilters, pathFilters, hashFilters, presenceFilters, sizeFilters,
        randomFilters, dateFilters, urlFilters, commentFilters,
    ])
}
