import OrderedCollections
import YAML

extension Filter {
    /// Filters about mappings.
    static let mapFilters: [String: Filter] = [
        "combine": Filter(Parameters([], morePositional: true, moreNamed: true)) { value, arguments in
            var options = arguments.moreNamed
            let isRecursive = try options.removeValue(forKey: "recursive")?.isTrue() ?? false
            let listMerge = try options.removeValue(forKey: "list_merge")?.value().string ?? "replace"
            if let extra = options.keys.first { throw Fault("filter 'combine' has no argument '\(extra)'") }
            let merge = try MapMerge(isRecursive: isRecursive, listMerge: listMerge)
            let terms = try [value] + arguments.morePositional.map { try $0.value() }
            let maps = flattened(terms, levels: 1, skipsNulls: true)
            return .map(
                try maps.reduce(into: ValueMap()) { merged, term in
                    guard let map = term.map else { throw Fault("filter 'combine' needs mappings, not \(term.kind)") }
                    merged = merge.merged(merged, map)
                })
        },
        "dict2items": Filter(["key_name", "value_name"]) { value, arguments in
            guard let map = value.map else { throw Fault("filter 'dict2items' needs a mapping, not \(value.kind)") }
            let key = Value.string(try arguments.string("key_name") ?? "key")
            let content = Value.string(try arguments.string("value_name") ?? "value")
            return .list(map.map { .map([key: $0.key, content: $0.value]) })
        },
        "items2dict": Filter(["key_name", "value_name"]) { value, arguments in
            guard let items = value.list else { throw Fault("filter 'items2dict' needs a list, not \(value.kind)") }
            let key = try arguments.string("key_name") ?? "key"
            let content = try arguments.string("value_name") ?? "value"
            return .map(
                try items.reduce(into: ValueMap()) { map, item in
                    guard let name = item[key], let value = item[content] else {
                        throw Fault("filter 'items2dict' needs mappings with '\(key)' and '\(content)'")
                    }
                    map[name] = value
                })
        },
        "items": Filter { value, _ in
            guard let map = value.map else { throw Fault("filter 'items' needs a mapping, not \(value.kind)") }
            return .list(map.map { .list([$0.key, $0.value]) })
        },
        "dictsort": Filter(["case_sensitive", "by", "reverse"]) { value, arguments in
            guard let map = value.map else { throw Fault("filter 'dictsort' needs a mapping, not \(value.kind)") }
            let by = try arguments.string("by") ?? "key"
            guard by == "key" || by == "value" else { throw Fault("filter 'dictsort' sorts by 'key' or 'value'") }
            let keepsCase = try arguments.flag("case_sensitive")
            let sorted = try Comparison.sorted(Array(map), descending: arguments.flag("reverse")) { entry in
                let key = by == "key" ? entry.key : entry.value
                return keepsCase ? key : key.string.map { .string($0.lowercased()) } ?? key
            }
            return .list(sorted.map { .list([$0.key, $0.value]) })
        },
        "extract": Filter(["container", "morekeys"]) { input, arguments, evaluator in
            guard var found = arguments.datum("container") else { throw Fault("filter 'extract' needs a container") }
            let more = try arguments.value("morekeys").map { $0.list ?? [$0] } ?? []
            for key in try [input.value()] + more {
                found = try evaluator.item(of: found, key: key, at: evaluator.currentOffset)
            }
            return found
        },
        "attr": Filter(["name"]) { input, arguments, evaluator in
            let name = try arguments.requiredString("name")
            // As in Jinja, keys of a mapping are no attributes.
            if case .value(.map) = input, try !Methods.exists(name, on: input.value()) {
                return Undefined.described("a mapping has no attribute '\(name)'")
            }
            return try evaluator.attribute(name, of: input, at: evaluator.currentOffset)
        },
        "rekey_on_member": Filter(["key", "duplicates"]) { value, arguments in
            let key = try arguments.requiredString("key")
            let overwrites = try arguments.string("duplicates") == "overwrite"
            let members = value.map.map { Array($0.values) } ?? value.list ?? []
            return .map(
                try members.reduce(into: ValueMap()) { map, member in
                    guard let name = member[key] else { throw Fault("an item has no key '\(key)'") }
                    guard overwrites || map[name] == nil else {
                        throw Fault("key \(PythonText.representation(of: name)) is not unique")
                    }
                    map[name] = member
                })
        },
    ]
}

/// How `combine` merges mappings.
struct MapMerge {
    let isRecursive: Bool
    let listMerge: String

    init(isRecursive: Bool, listMerge: String) throws {
        let known = ["replace", "keep", "append", "prepend", "append_rp", "prepend_rp"]
        guard known.contains(listMerge) else {
            throw Fault(
                "filter 'combine' knows no list_merge '\(listMerge)'", hint: "use \(known.joined(separator: ", "))")
        }
        self.isRecursive = isRecursive
        self.listMerge = listMerge
    }

    func merged(_ low: ValueMap, _ high: ValueMap) -> ValueMap {
        high.reduce(into: low) { result, entry in
            result[entry.key] = low[entry.key].map { merged($0, entry.value) } ?? entry.value
        }
    }

    private func merged(_ low: Value, _ high: Value) -> Value {
        switch (low, high) {
        case (.map(let first), .map(let second)) where isRecursive: .map(merged(first, second))
        case (.list(let first), .list(let second)): .list(merged(first, second))
        default: high
        }
    }

    private func merged(_ low: [Value], _ high: [Value]) -> [Value] {
        switch listMerge {
        case "keep": low
        case "append": low + high
        case "prepend": high + low
        case "append_rp": low.filter { !Filter.contains(high, $0) } + high
        case "prepend_rp": high + low.filter { !Filter.contains(high, $0) }
        default: high
        }
    }
}
