import OrderedCollections
import YAML

/// Python's `json.dumps`.
struct JSONText {
    /// Spaces of each level; nil writes one line.
    var indent: Int?
    var sortsKeys = false
    var escapesNonASCII = true
    var itemSeparator = ", "
    var keySeparator = ": "

    func text(_ value: Value) throws -> String {
        var result = ""
        try write(value, level: 0, into: &result)
        return result
    }

    private func write(_ value: Value, level: Int, into result: inout String) throws {
        guard level < 200 else { throw Fault("the data is nested too deeply for JSON") }
        switch value {
        case .null: result += "null"
        case .bool(let flag): result += flag ? "true" : "false"
        case .float(let number): result += JSONText.text(number)
        case .int(let number): result += String(number)
        case .string(let text): result += quoted(text)
        case .list(let items):
            try writeGroup("[", "]", count: items.count, level: level, into: &result) { index, result in
                try write(items[index], level: level + 1, into: &result)
            }
        case .map(let map):
            let entries = try sortsKeys ? Comparison.sorted(Array(map), by: { $0.key }) : Array(map)
            try writeGroup("{", "}", count: entries.count, level: level, into: &result) { index, result in
                result += quoted(try key(entries[index].key)) + keySeparator
                try write(entries[index].value, level: level + 1, into: &result)
            }
        }
    }

    private func writeGroup(
        _ open: String, _ close: String, count: Int, level: Int, into result: inout String,
        _ writeItem: (Int, inout String) throws -> Void
    ) throws {
        result += open
        for index in 0..<count {
            if index > 0 { result += indent == nil ? itemSeparator : itemSeparator.trimmingWhitespace() }
            result += newline(level + 1)
            try writeItem(index, &result)
        }
        if count > 0 { result += newline(level) }
        result += close
    }

    private func newline(_ level: Int) -> String {
        indent.map { "\n" + String(repeating: " ", count: max(0, $0) * level) } ?? ""
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        return number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : PythonText.representation(of: number)
    }

    private func key(_ key: Value) throws -> String {
        switch key {
        case .string(let text): text
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int, .float: PythonText.text(of: key)
        default: throw Fault("\(key.kind) can't be a key in JSON")
        }
    }

    private func quoted(_ text: String) -> String { JSONString.quoted(text, asciiOnly: escapesNonASCII) }
}
