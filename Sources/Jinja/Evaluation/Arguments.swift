import OrderedCollections
import YAML

/// The evaluated arguments of a call.
struct Arguments {
    var positional: [Datum] = []
    var named: OrderedDictionary<String, Datum> = [:]

    /// The arguments sorted to the parameters they are for.
    func bound(to parameters: Parameters, of what: String) throws -> BoundArguments {
        try BoundArguments(self, parameters: parameters, what: what)
    }
}

/// What a filter, a test, a method or a global function takes.
struct Parameters: Sendable, ExpressibleByArrayLiteral {
    var names: [String]
    var takesMorePositional = false
    var takesMoreNamed = false

    init(arrayLiteral names: String...) { self.names = names }

    init(_ names: [String], morePositional: Bool = false, moreNamed: Bool = false) {
        self.names = names
        takesMorePositional = morePositional
        takesMoreNamed = moreNamed
    }

    static let any = Parameters([], morePositional: true, moreNamed: true)
}

/// Arguments under the names of their parameters.
struct BoundArguments {
    private let what: String
    private var values: [String: Datum] = [:]
    private(set) var morePositional: [Datum] = []
    private(set) var moreNamed: OrderedDictionary<String, Datum> = [:]

    init(_ arguments: Arguments, parameters: Parameters, what: String) throws {
        self.what = what
        for (index, argument) in arguments.positional.enumerated() {
            if index < parameters.names.count {
                values[parameters.names[index]] = argument
            } else {
                morePositional.append(argument)
            }
        }
        guard morePositional.isEmpty || parameters.takesMorePositional else {
            throw Fault("\(what) takes at most \(parameters.names.count) arguments")
        }
        for (name, argument) in arguments.named {
            if parameters.names.contains(name) {
                guard values.updateValue(argument, forKey: name) == nil else {
                    throw Fault("\(what) is given its argument '\(name)' twice")
                }
            } else if parameters.takesMoreNamed {
                moreNamed[name] = argument
            } else {
                throw Fault("\(what) has no argument '\(name)'")
            }
        }
    }

    /// The argument as it is; nil when it was not given.
    func datum(_ name: String) -> Datum? { values[name] }

    /// The argument's value; nil when it was not given or is null.
    func value(_ name: String) throws -> Value? {
        guard let value = try values[name]?.value(), value != .null else { return nil }
        return value
    }

    func required(_ name: String) throws -> Value {
        guard let datum = values[name] else { throw Fault("\(what) needs its argument '\(name)'") }
        return try datum.value()
    }

    func flag(_ name: String, default flag: Bool = false) throws -> Bool { try values[name]?.isTrue() ?? flag }

    func int(_ name: String) throws -> Int? {
        guard let value = try value(name) else { return nil }
        guard let number = value.integer else {
            throw Fault("argument '\(name)' of \(what) must be an integer, not \(value.kind)")
        }
        return number
    }

    func string(_ name: String) throws -> String? {
        guard let value = try value(name) else { return nil }
        guard let text = value.string else {
            throw Fault("argument '\(name)' of \(what) must be a string, not \(value.kind)")
        }
        return text
    }

    func requiredString(_ name: String) throws -> String {
        let value = try required(name)
        guard let text = value.string else {
            throw Fault("argument '\(name)' of \(what) must be a string, not \(value.kind)")
        }
        return text
    }
}
