import OrderedCollections

extension Value {
    /// The value as JSON text, without a newline at its end.
    ///
    /// Keys that are no strings are written as strings; infinities and NaN, which JSON lacks, as null.
    /// - Parameters:
    ///   - pretty: one item a line, indented by two spaces.
    ///   - sorted: mappings by key instead of in the order written.
    package func json(pretty: Bool = false, sorted: Bool = false) -> String {
        var writer = JSONWriter(isPretty: pretty, isSorted: sorted)
        writer.write(self, depth: 0)
        return writer.text
    }
}

extension Value {
    /// The value as Python's `json.dumps` writes it: blanks behind commas and colons, only ASCII.
    package var pythonJSON: String {
        var writer = JSONWriter(isPretty: false, isSorted: false, isPython: true)
        writer.write(self, depth: 0)
        return writer.text
    }
}

private struct JSONWriter {
    let isPretty: Bool
    let isSorted: Bool
    var isPython = false
    var text = ""

    mutating func write(_ value: Value, depth: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .float(let number): text += number.isFinite ? String(number) : "null"
        case .string(let string): write(string)
        case .list(let items): write(items, depth: depth)
        case .map(let entries): write(entries, depth: depth)
        }
    }

    private mutating func write(_ items: [Value], depth: Int) {
        guard !items.isEmpty else { return text += "[]" }
        text += "["
        for (index, item) in items.enumerated() {
            separate(index, depth: depth + 1)
            write(item, depth: depth + 1)
        }
        breakLine(depth: depth)
        text += "]"
    }

    private mutating func write(_ entries: ValueMap, depth: Int) {
        guard !entries.isEmpty else { return text += "{}" }
        let named = entries.map { (name: Self.name($0.key), value: $0.value) }
        text += "{"
        for (index, entry) in (isSorted ? named.sorted { $0.name < $1.name } : named).enumerated() {
            separate(index, depth: depth + 1)
            write(entry.name)
            text += isPretty || isPython ? ": " : ":"
            write(entry.value, depth: depth + 1)
        }
        breakLine(depth: depth)
        text += "}"
    }

    private mutating func separate(_ index: Int, depth: Int) {
        if index > 0 { text += isPython ? ", " : "," }
        breakLine(depth: depth)
    }

    private mutating func breakLine(depth: Int) {
        guard isPretty else { return }
        text += "\n" + String(repeating: "  ", count: depth)
    }

    private static func name(_ key: Value) -> String {
        key.string ?? key.json()
    }

    private mutating func write(_ string: String) { text += JSONString.quoted(string, asciiOnly: isPython) }
}

/// A string as JSON writes it.
package enum JSONString {
    /// In double quotes, with the short escapes where JSON has them.
    ///
    /// - Parameter asciiOnly: writes everything beyond printable ASCII as `\uXXXX`, as Python's `json.dumps` does.
    package static func quoted(_ text: String, asciiOnly: Bool = false) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case _ where scalar.value < 0x20 || (asciiOnly && scalar.value > 0x7E):
                for unit in String(scalar).utf16 { result += escape(unit) }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ unit: UInt16) -> String {
        let hex = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    }
}
