import OrderedCollections
package import YAML

/// One option of a role's argument specification (`meta/argument_specs.yml`), as Ansible reads it.
package struct RoleOption: Sendable {
    package let name: String
    package let isRequired: Bool
    private let type: String
    private let elements: String?
    private let choices: [Value]
    private let options: [RoleOption]

    package static let types = [
        "str", "int", "float", "bool", "list", "dict", "path", "raw", "json", "jsonarg", "bytes", "bits",
    ]

    /// The options of a mapping `name: {type, required, choices, elements, options}`; what else stands there describes.
    package static func options(of value: Value?) -> [RoleOption] {
        (value?.map ?? [:]).map { RoleOption($0.key.string ?? "", $0.value) }
    }

    private init(_ name: String, _ value: Value) {
        self.name = name
        isRequired = value["required"]?.bool ?? false
        type = value["type"]?.string ?? "str"
        elements = value["elements"]?.string
        choices = value["choices"]?.list ?? []
        options = Self.options(of: value["options"])
    }

    /// What is wrong with these values, as sentences that begin with the option's name.
    package static func mistakes(in values: ValueMap, of options: [RoleOption], isClosed: Bool = false) -> [String] {
        var found: [String] = []
        for option in options {
            if let value = values[.string(option.name)] {
                found += option.mistakes(in: value)
            } else if option.isRequired {
                found.append("'\(option.name)' is required")
            }
        }
        guard isClosed else { return found }
        let known = Set(options.map(\.name))
        return found
            + values.keys.compactMap(\.string).filter { !known.contains($0) }.map { "'\($0)' is no option here" }
    }

    /// What is wrong with a value.
    package func mistakes(in value: Value) -> [String] {
        if value == .null { return [] }
        guard Self.fits(value, type) else {
            return ["'\(name)' must be of type \(type), found \(value.string.map { "'\($0)'" } ?? value.kind)"]
        }
        let items =
            type == "list"
            ? value.list ?? value.string.map { $0.split(separator: ",").map(Self.item) } ?? [value] : [value]
        var found: [String] = []
        if let elements {
            for item in items where !Self.fits(item, elements) {
                found.append("'\(name)' must be a list of \(elements), found \(item.text) in it")
            }
        }
        for item in items where !choices.isEmpty && !choices.contains(where: { $0 == item || $0.text == item.text }) {
            found.append("'\(name)': '\(item.text)' is not one of \(choices.map(\.text).joined(separator: ", "))")
        }
        guard !options.isEmpty else { return found }
        for case .map(let inner) in items {
            found += Self.mistakes(in: inner, of: options, isClosed: true).map { "\(name): \($0)" }
        }
        return found
    }

    private static func item(_ text: Substring) -> Value { .string(text.split(separator: " ").joined(separator: " ")) }

    /// Whether Ansible takes the value for the type, converting it as it does.
    private static func fits(_ value: Value, _ type: String) -> Bool {
        switch type {
        case "bool": return value.flag != nil
        case "int":
            if case .float(let number) = value { return number == number.rounded() }
            return value.int != nil || value.string.map { Int($0) != nil } ?? false
        case "float":
            if case .float = value { return true }
            return value.int != nil || value.string.map { Double($0) != nil } ?? false
        case "list":
            if case .map = value { return false }
            return value.bool == nil
        case "dict": return value.map != nil || value.string.map { $0.hasPrefix("{") || $0.contains("=") } ?? false
        case "path": return value.list == nil && value.map == nil
        default: return true
        }
    }
}
