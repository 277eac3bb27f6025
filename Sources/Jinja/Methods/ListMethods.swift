import OrderedCollections
import YAML

extension Methods {
    static let lists: [String: (Parameters, Method<[Value]>)] = [
        "index": (
            ["value"],
            { items, arguments in
                let wanted = try arguments.required("value")
                guard let index = items.firstIndex(where: { Comparison.equal($0, wanted) }) else {
                    throw Fault("\(PythonText.representation(of: wanted)) is not in the list")
                }
                return .int(index)
            }
        ),
        "count": (
            ["value"],
            { items, arguments in
                let wanted = try arguments.required("value")
                return .int(items.count { Comparison.equal($0, wanted) })
            }
        ),
        "copy": ([], { items, _ in .list(items) }),
    ]

    static let changingLists: [String: (Parameters, ChangingMethod<[Value]>)] = [
        "append": (
            ["value"],
            { items, arguments in
                items.append(try arguments.required("value"))
                return .null
            }
        ),
        "extend": (
            ["values"],
            { items, arguments in
                items += try arguments.required("values").items()
                return .null
            }
        ),
        "insert": (
            ["index", "value"],
            { items, arguments in
                let index = try arguments.int("index") ?? 0
                let position = min(max(index < 0 ? index + items.count : index, 0), items.count)
                items.insert(try arguments.required("value"), at: position)
                return .null
            }
        ),
        "pop": (
            ["index"],
            { items, arguments in
                let index = try arguments.int("index") ?? -1
                let position = index < 0 ? index + items.count : index
                guard items.indices.contains(position) else { throw Fault("the list has no item \(index) to take out") }
                return items.remove(at: position)
            }
        ),
        "remove": (
            ["value"],
            { items, arguments in
                let wanted = try arguments.required("value")
                guard let index = items.firstIndex(where: { Comparison.equal($0, wanted) }) else {
                    throw Fault("\(PythonText.representation(of: wanted)) is not in the list")
                }
                items.remove(at: index)
                return .null
            }
        ),
        "clear": (
            [],
            { items, _ in
                items.removeAll()
                return .null
            }
        ),
        "reverse": (
            [],
            { items, _ in
                items.reverse()
                return .null
            }
        ),
        "sort": (
            ["reverse"],
            { items, arguments in
                items = try Comparison.sorted(items, descending: arguments.flag("reverse")) { $0 }
                return .null
            }
        ),
    ]
}
