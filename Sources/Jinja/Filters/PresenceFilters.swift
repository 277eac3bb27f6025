import YAML

extension Filter {
    /// Filters about whether there is a value at all.
    static let presenceFilters: [String: Filter] = [
        "default": defaultFilter,
        "d": defaultFilter,
        "mandatory": Filter(["msg"], takesUndefined: true) { input, arguments, _ in
            guard case .undefined(let undefined) = input else { return input }
            if let message = try arguments.string("msg") { throw Fault(message) }
            throw undefined.problem()
        },
        "ternary": Filter(["true_val", "false_val", "none_val"]) { input, arguments, _ in
            guard let first = arguments.datum("true_val"), let second = arguments.datum("false_val") else {
                throw Fault("filter 'ternary' needs two values")
            }
            if input.isNull, let other = arguments.datum("none_val"), !other.isNull { return other }
            return try input.isTrue() ? first : second
        },
        "type_debug": Filter([], takesUndefined: true) { input, _, _ in .string(pythonType(of: input)) },
    ]

    private static let defaultFilter = Filter(["default_value", "boolean"], takesUndefined: true) {
        input, arguments, _ in
        let replacement = arguments.datum("default_value") ?? .string("")
        if input.isUndefined { return replacement }
        return try arguments.flag("boolean") && !input.isTrue() ? replacement : input
    }

    private static func pythonType(of datum: Datum) -> String {
        guard case .value(let value) = datum else { return datum.isUndefined ? "Undefined" : "object" }
        return switch value {
        case .null: "NoneType"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .map: "dict"
        }
    }
}
