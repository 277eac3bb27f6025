import OrderedCollections
import YAML

/// `lookup('sequence', 'start=1 end=9 stride=2 format=web%02d')`, and its short form `'1-9/2:web%02d'`: texts.
enum SequenceLookup {
    private static let mostNumbers = 100_000
    private static let names: Set = ["start", "end", "count", "stride", "format"]

    static func numbers(_ terms: [Value], _ options: ValueMap) throws -> [Value] {
        if terms.isEmpty { return try texts(of: words(options)) }
        return try terms.flatMap { term in
            let text = PythonText.text(of: term)
            return try texts(of: text.contains("=") ? words(text) : shortForm(text))
        }
    }

    private static func words(_ options: ValueMap) throws -> [String: String] {
        var words: [String: String] = [:]
        for (key, value) in options { words[PythonText.text(of: key)] = PythonText.text(of: value) }
        return words
    }

    private static func words(_ text: String) throws -> [String: String] {
        var words: [String: String] = [:]
        for word in text.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Fault("'\(word)' is not of the form NAME=VALUE") }
            words[parts[0]] = parts[1]
        }
        return words
    }

    /// `[START-]END[/STRIDE][:FORMAT]`.
    private static func shortForm(_ text: String) throws -> [String: String] {
        guard let match = text.wholeMatch(of: #/(?:([0-9]+)-)?([0-9]+)(?:/(-?[0-9]+))?(?::(.+))?/#)
        else { throw Fault("'\(text)' is not of the form START-END/STRIDE:FORMAT") }
        var words = ["end": String(match.2)]
        words["start"] = match.1.map(String.init)
        words["stride"] = match.3.map(String.init)
        words["format"] = match.4.map(String.init)
        return words
    }

    private static func texts(of words: [String: String]) throws -> [Value] {
        if let unknown = words.keys.sorted().first(where: { !names.contains($0) }) {
            throw Fault("has no argument '\(unknown)'", hint: "they are \(names.sorted().joined(separator: ", "))")
        }
        let format = words["format"] ?? "%d"
        guard format.filter({ $0 == "%" }).count == 1 else { throw Fault("'\(format)' must hold one number, as %d") }
        return try range(of: words).map { .string(try PercentFormat.text(format, [.int($0)])) }
    }

    private static func range(of words: [String: String]) throws -> [Int] {
        let start = try number("start", words) ?? 1
        let stride = try number("stride", words) ?? 1
        let count = try number("count", words)
        let end = try number("end", words)
        guard (count == nil) != (end == nil) else { throw Fault("needs 'end' or 'count', and not both") }
        if count == 0 || stride == 0 { return [] }
        let bounds = [start, stride, count ?? 0, end ?? 0]
        guard bounds.allSatisfy({ abs($0) <= Int(Int32.max) }) else { throw Fault("counts too far") }
        let last = end ?? start + (count ?? 0) * stride - 1
        guard stride > 0 ? last >= start : last <= start else {
            throw Fault("can't count from \(start) to \(last) in steps of \(stride)")
        }
        let numbers = Array(Swift.stride(from: start, through: last, by: stride).prefix(mostNumbers + 1))
        guard numbers.count <= mostNumbers else { throw Fault("gives more than \(mostNumbers) numbers") }
        return numbers
    }

    private static func number(_ name: String, _ words: [String: String]) throws -> Int? {
        guard let text = words[name] else { return nil }
        guard let number = Int(text) else { throw Fault("'\(name)' is '\(text)', not a whole number") }
        return number
    }
}
