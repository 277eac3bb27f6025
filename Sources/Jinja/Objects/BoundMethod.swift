import OrderedCollections
import YAML

/// A method that was read but not called yet: `{% set keys = map.keys %}`.
final class BoundMethod: TemplateObject {
    let kind: String
    private let name: String
    private let base: Value

    init(_ name: String, on base: Value) {
        self.name = name
        self.base = base
        let isKey = base[name] != nil
        kind = isKey ? "the method '\(name)' (for the key write ['\(name)'])" : "the method '\(name)'"
    }

    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum {
        var copy = base
        if Methods.changes(name, base) { return .value(try Methods.callChanging(name, on: &copy, arguments)) }
        return .value(try Methods.call(name, on: base, arguments))
    }
}
