package import Diagnostics
package import YAML

/// A task's arguments after templating, under their canonical names, with typed access.
///
/// Values may still be strings where the spec wants a number or a boolean (`"{{ port }}"` inside other text): the
/// accessors convert as Ansible does, and name the argument's place when they can't.
package struct Arguments: Sendable {
    package let spec: ModuleSpec
    private let values: [String: Value]
    private let places: [String: Place]
    private let taskPlace: Place?

    /// - Parameters:
    ///   - values: by any name the spec knows; `null` and `omit` values must be left out already.
    ///   - places: where each argument stands.
    /// - Throws: `Problem` for an unknown or a missing argument.
    package init(
        _ values: [String: Value], for spec: ModuleSpec, places: [String: Place] = [:], at taskPlace: Place? = nil
    ) throws {
        var canonical: [String: Value] = [:]
        var canonicalPlaces: [String: Place] = [:]
        for (name, value) in values {
            let argument = spec.arguments.first { $0.name == name || $0.aliases.contains(name) }
            guard argument != nil || spec.openEnded else {
                throw Problem(
                    "\(spec.name) has no argument '\(name)'", at: places[name] ?? taskPlace,
                    hint: Suggestion.hint(for: name, among: spec.arguments.flatMap { [$0.name] + $0.aliases }))
            }
            canonical[argument?.name ?? name] = value
            canonicalPlaces[argument?.name ?? name] = places[name]
        }
        for argument in spec.arguments where argument.required && canonical[argument.name] == nil {
            throw Problem("\(spec.name) needs the argument '\(argument.name)'", at: taskPlace)
        }
        self.spec = spec
        self.values = canonical
        self.places = canonicalPlaces
        self.taskPlace = taskPlace
    }

    /// The names that were given.
    package var names: [String] { values.keys.sorted() }

    package func has(_ name: String) -> Bool { values[name] != nil }

    /// The value as it is, or nil.
    package func raw(_ name: String) -> Value? { values[name] }

    package func place(_ name: String) -> Place? { places[name] ?? taskPlace }

    /// A problem of one argument, with its place.
    package func problem(_ name: String, _ message: String, hint: String? = nil) -> Problem {
        Problem("\(spec.name): \(name): \(message)", at: place(name), hint: hint)
    }
}

extension Arguments {
    /// A text; numbers and booleans become text as Ansible writes them (`True`, `1.5`). Choices of the spec are checked.
    package func string(_ name: String) throws -> String? {
        guard let value = values[name] else { return nil }
        let text: String
        switch value {
        case .string(let string): text = string
        case .int(let number): text = String(number)
        case .float(let number): text = String(number)
        case .bool(let flag): text = flag ? "True" : "False"
        default: throw problem(name, "expected a string, found \(value.kind)")
        }
        let choices = spec.arguments.first { $0.name == name }?.choices ?? []
        guard choices.isEmpty || choices.contains(text) else {
            throw problem(
                name, "'\(text)' is not one of \(choices.joined(separator: ", "))",
                hint: Suggestion.hint(for: text, among: choices))
        }
        return text
    }

    package func requiredString(_ name: String) throws -> String {
        guard let text = try string(name) else {
            throw Problem("\(spec.name) needs the argument '\(name)'", at: taskPlace)
        }
        return text
    }

    /// A boolean, or one of Ansible's words for it (`yes`, `on`, `1`, `true` … in any case).
    package func bool(_ name: String) throws -> Bool? {
        guard let value = values[name] else { return nil }
        if let flag = value.flag { return flag }
        if let text = value.string { throw problem(name, "'\(text)' is not a boolean", hint: "write true or false") }
        throw problem(name, "expected a boolean, found \(value.kind)")
    }

    package func int(_ name: String) throws -> Int? {
        switch values[name] {
        case nil: return nil
        case .int(let number): return number
        case .float(let number) where number == number.rounded():
            guard let whole = Int(exactly: number) else { throw problem(name, "\(number) is too large") }
            return whole
        case .string(let text):
            guard let number = Int(text) else { throw problem(name, "'\(text)' is not an integer") }
            return number
        case .some(let value): throw problem(name, "expected an integer, found \(value.kind)")
        }
    }

    package func float(_ name: String) throws -> Double? {
        switch values[name] {
        case .float(let number): return number
        case .string(let text):
            guard let number = Double(text) else { throw problem(name, "'\(text)' is not a number") }
            return number
        default: return try int(name).map(Double.init)
        }
    }

    /// A number of seconds.
    /// - Throws: `Problem` also for one with which no clock can reckon.
    package func seconds(_ name: String) throws -> Int? {
        guard let number = try int(name) else { return nil }
        guard number.magnitude <= Self.mostSeconds else { throw tooLong(name, "\(number)") }
        return number
    }

    /// The same with a fraction.
    package func fractionalSeconds(_ name: String) throws -> Double? {
        guard let number = try float(name) else { return nil }
        guard number.magnitude <= Double(Self.mostSeconds) else { throw tooLong(name, "\(number)") }
        return number
    }

    /// As many as programs commonly mean by forever: the largest number of 32 bits.
    private static let mostSeconds = 2_147_483_647

    private func tooLong(_ name: String, _ number: String) -> Problem {
        problem(name, "\(number) seconds are too many", hint: "\(Self.mostSeconds) is the most")
    }

    /// A list of texts: a list, a comma-separated string, or a single scalar.
    package func strings(_ name: String) throws -> [String]? {
        switch values[name] {
        case nil: return nil
        case .list(let items):
            return try items.map { item in
                switch item {
                case .string(let text): text
                case .int(let number): String(number)
                case .float(let number): String(number)
                default: throw problem(name, "expected a list of strings, found \(item.kind) in it")
                }
            }
        case .string(let text):
            return text.split(separator: ",").map { String($0.drop(while: \.isWhitespace)).trimmedEnd }
        default: return try string(name).map { [$0] }
        }
    }

    package func map(_ name: String) throws -> ValueMap? {
        switch values[name] {
        case nil: return nil
        case .map(let entries): return entries
        case .some(let value): throw problem(name, "expected a mapping, found \(value.kind)")
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
