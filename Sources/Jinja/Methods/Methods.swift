import OrderedCollections
import YAML

/// The methods of Python's strings, lists and dictionaries that templates call.
enum Methods {
    typealias Method<Receiver> = @Sendable (Receiver, BoundArguments) throws -> Value
    typealias ChangingMethod<Receiver> = @Sendable (inout Receiver, BoundArguments) throws -> Value

    static func exists(_ name: String, on value: Value) -> Bool {
        switch value {
        case .string: strings[name] != nil
        case .list: lists[name] != nil || changingLists[name] != nil
        case .map: maps[name] != nil || changingMaps[name] != nil
        default: false
        }
    }

    /// Whether the method changes what it is called on.
    static func changes(_ name: String, _ value: Value) -> Bool {
        switch value {
        case .list: changingLists[name] != nil
        case .map: changingMaps[name] != nil
        default: false
        }
    }

    static func call(_ name: String, on value: Value, _ arguments: Arguments) throws -> Value {
        switch value {
        case .string(let text): try call(strings[name], name, text, arguments)
        case .list(let items): try call(lists[name], name, items, arguments)
        case .map(let entries): try call(maps[name], name, entries, arguments)
        default: throw Fault("\(value.kind) has no method '\(name)'")
        }
    }

    static func callChanging(_ name: String, on value: inout Value, _ arguments: Arguments) throws -> Value {
        switch value {
        case .list(var items):
            defer { value = .list(items) }
            return try call(changingLists[name], name, &items, arguments)
        case .map(var entries):
            defer { value = .map(entries) }
            return try call(changingMaps[name], name, &entries, arguments)
        default: throw Fault("\(value.kind) has no method '\(name)'")
        }
    }

    private static func call<Receiver>(
        _ method: (Parameters, Method<Receiver>)?, _ name: String, _ receiver: Receiver, _ arguments: Arguments
    ) throws -> Value {
        guard let (parameters, body) = method else { throw Fault("there is no method '\(name)'") }
        return try body(receiver, arguments.bound(to: parameters, of: "method '\(name)'"))
    }

    private static func call<Receiver>(
        _ method: (Parameters, ChangingMethod<Receiver>)?, _ name: String, _ receiver: inout Receiver,
        _ arguments: Arguments
    ) throws -> Value {
        guard let (parameters, body) = method else { throw Fault("there is no method '\(name)'") }
        return try body(&receiver, arguments.bound(to: parameters, of: "method '\(name)'"))
    }
}
