import YAML

extension Test {
    /// Tests with regular expressions.
    static let regexTests: [String: Test] = [
        "match": Test(["pattern", "ignorecase", "multiline"]) { input, arguments, evaluator in
            let text = PythonText.text(of: try input.value())
            return try arguments.pattern("pattern", evaluator).prefix(of: text) != nil
        },
        "search": Test(["pattern", "ignorecase", "multiline"]) { input, arguments, evaluator in
            let text = PythonText.text(of: try input.value())
            return try arguments.pattern("pattern", evaluator).first(in: text) != nil
        },
        "regex": Test(["pattern", "ignorecase", "multiline", "match_type"]) { input, arguments, evaluator in
            let text = PythonText.text(of: try input.value())
            let pattern = try arguments.pattern("pattern", evaluator)
            switch try arguments.string("match_type") ?? "search" {
            case "match": return try pattern.prefix(of: text) != nil
            case "fullmatch": return try pattern.whole(text) != nil
            default: return try pattern.first(in: text) != nil
            }
        },
    ]
}
