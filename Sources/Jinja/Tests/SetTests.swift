import YAML

extension Test {
    /// Tests of lists as sets.
    static let setTests: [String: Test] = {
        let subset = Test(["b"]) { value, arguments in
            let other = try arguments.required("b").items()
            return try value.items().allSatisfy { Filter.contains(other, $0) }
        }
        let superset = Test(["b"]) { value, arguments in
            let items = try value.items()
            return try arguments.required("b").items().allSatisfy { Filter.contains(items, $0) }
        }
        return [
            "subset": subset, "issubset": subset, "superset": superset, "issuperset": superset,
            "any": Test { value, _ in try value.items().contains { $0.isTrue } },
            "all": Test { value, _ in try value.items().allSatisfy { $0.isTrue } },
        ]
    }()
}
