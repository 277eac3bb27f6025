import YAML

extension Test {
    /// Tests of whether there is a value, and of what a name stands for.
    static let presenceTests: [String: Test] = [
        "defined": Test([], takesUndefined: true) { input, _, _ in !input.isUndefined },
        "undefined": Test([], takesUndefined: true) { input, _, _ in input.isUndefined },
        "filter": Test { value, _ in value.string.map { Filter.all[$0] != nil } ?? false },
        "test": Test { value, _ in value.string.map { Test.all[$0] != nil } ?? false },
    ]
}
