import YAML

extension Test {
    /// Tests of what kind of value something is.
    static let kindTests: [String: Test] = [
        "none": Test { value, _ in value == .null },
        "boolean": Test { value, _ in value.bool != nil },
        "true": Test { value, _ in value == true },
        "false": Test { value, _ in value == false },
        "integer": Test { value, _ in value.int != nil },
        "float": Test { value, _ in if case .float = value { true } else { false } },
        "number": Test { value, _ in value.number != nil },
        "string": Test { value, _ in value.string != nil },
        "mapping": Test { value, _ in value.map != nil },
        "sequence": Test { value, _ in value.list != nil || value.string != nil || value.map != nil },
        "iterable": Test { value, _ in value.list != nil || value.string != nil || value.map != nil },
        "callable": Test([]) { input, _, _ in if case .object(let object) = input { object.value == nil } else { false }
        },
        "escaped": Test { _, _ in false },
        "lower": Test { value, _ in isAll(value) { $0.lowercased() } },
        "upper": Test { value, _ in isAll(value) { $0.uppercased() } },
        "truthy": Test(["convert_bool"]) { value, arguments in try isTruthy(value, arguments) },
        "falsy": Test(["convert_bool"]) { value, arguments in try !isTruthy(value, arguments) },
        "nan": Test { value, _ in value.number?.isNaN ?? false },
        "isnan": Test { value, _ in value.number?.isNaN ?? false },
        "vault_encrypted": Test { value, _ in value.string?.hasPrefix("$ANSIBLE_VAULT") ?? false },
    ]

    private static func isAll(_ value: Value, _ convert: (String) -> String) -> Bool {
        let text = PythonText.text(of: value)
        return convert(text) == text && text.lowercased() != text.uppercased()
    }

    private static func isTruthy(_ value: Value, _ arguments: BoundArguments) throws -> Bool {
        guard try arguments.flag("convert_bool"), let text = value.string?.lowercased() else { return value.isTrue }
        if ["y", "yes", "on", "1", "true", "t"].contains(text) { return true }
        if ["n", "no", "off", "0", "false", "f"].contains(text) { return false }
        return value.isTrue
    }
}
