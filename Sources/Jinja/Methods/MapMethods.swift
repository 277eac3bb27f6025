import OrderedCollections
import YAML

extension Methods {
    static let maps: [String: (Parameters, Method<ValueMap>)] = [
        "items": ([], { entries, _ in .list(entries.map { .list([$0.key, $0.value]) }) }),
        "keys": ([], { entries, _ in .list(Array(entries.keys)) }),
        "values": ([], { entries, _ in .list(Array(entries.values)) }),
        "get": (
            ["key", "default"],
            { entries, arguments in
                if let found = entries.found(try arguments.required("key")) { return found }
                return try arguments.value("default") ?? .null
            }
        ),
        "copy": ([], { entries, _ in .map(entries) }),
    ]

    static let changingMaps: [String: (Parameters, ChangingMethod<ValueMap>)] = [
        "update": (
            Parameters(["other"], moreNamed: true),
            { entries, arguments in
                if let other = try arguments.value("other") {
                    for (key, value) in try Globals.map(from: other) { entries[key] = value }
                }
                for (name, datum) in arguments.moreNamed { entries[.string(name)] = try datum.value() }
                return .null
            }
        ),
        "setdefault": (
            ["key", "default"],
            { entries, arguments in
                let key = try arguments.required("key")
                if let found = entries[key] { return found }
                let value = try arguments.value("default") ?? .null
                entries[key] = value
                return value
            }
        ),
        "pop": (
            ["key", "default"],
            { entries, arguments in
                let key = try arguments.required("key")
                if let removed = entries.removeValue(forKey: key) { return removed }
                guard let datum = arguments.datum("default") else {
                    throw Fault("the mapping has no key \(PythonText.representation(of: key)) to take out")
                }
                return try datum.value()
            }
        ),
        "clear": (
            [],
            { entries, _ in
                entries.removeAll()
                return .null
            }
        ),
    ]
}
