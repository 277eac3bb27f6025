import YAML

/// The attribute that filters look at: `a`, `a.b.0`, or nothing, which is the item itself.
struct AttributePath {
    private let parts: [Value]
    private let defaultValue: Datum?
    private let ignoresCase: Bool

    init(_ attribute: Value?, default defaultValue: Datum? = nil, ignoresCase: Bool = false) {
        self.defaultValue = defaultValue
        self.ignoresCase = ignoresCase
        switch attribute {
        case .string(let path)?:
            parts = path.split(separator: ".", omittingEmptySubsequences: false).map { part in
                Int(part).map(Value.int) ?? .string(String(part))
            }
        case let other?: parts = [other]
        case nil: parts = []
        }
    }

    func datum(of item: Datum, _ evaluator: Evaluator) throws -> Datum {
        var datum = item
        for part in parts {
            datum = try evaluator.item(of: datum, key: part, at: evaluator.currentOffset)
            if datum.isUndefined, let defaultValue { datum = defaultValue }
        }
        guard ignoresCase, case .value(.string(let text)) = datum else { return datum }
        return .string(text.lowercased())
    }

    func value(of item: Datum, _ evaluator: Evaluator) throws -> Value { try datum(of: item, evaluator).value() }
}
