import OrderedCollections
import YAML

extension Test {
    /// Tests against another value.
    static let comparisonTests: [String: Test] = {
        let operators: [(ComparisonOperator, [String])] = [
            (.equal, ["==", "eq", "equalto"]), (.notEqual, ["!=", "ne"]),
            (.less, ["<", "lt", "lessthan"]), (.lessOrEqual, ["<=", "le"]),
            (.greater, [">", "gt", "greaterthan"]), (.greaterOrEqual, [">=", "ge"]), (.contained, ["in"]),
        ]
        var tests: [String: Test] = [
            "contains": Test(["value"]) { value, arguments in
                try Comparison.contains(value, arguments.required("value"))
            },
            "sameas": Test(["other"]) { value, arguments in value == (try arguments.required("other")) },
            "divisibleby": Test(["num"]) { value, arguments in
                let remainder = try Arithmetic.result(of: .remainder, value, arguments.required("num"))
                return remainder.number == 0
            },
            "even": Test { value, _ in try Arithmetic.result(of: .remainder, value, 2).number == 0 },
            "odd": Test { value, _ in try Arithmetic.result(of: .remainder, value, 2).number == 1 },
        ]
        for (comparison, names) in operators {
            let test = Test(["other"]) { value, arguments in
                try Comparison.holds(comparison, value, arguments.required("other"))
            }
            for name in names { tests[name] = test }
        }
        return tests
    }()
}
