/// What `regex_replace` puts in: text with `\1`, `\g<1>` and `\g<name>` in it.
struct ReplacementTemplate {
    private enum Part {
        case text(String)
        case group(Int)
        case name(String)
    }

    private var parts: [Part] = []

    init(_ text: String) throws {
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                parts.append(.text(String(scalar)))
                continue
            }
            guard let letter = rest.popFirst() else { throw Fault("the replacement ends in a backslash") }
            parts.append(try ReplacementTemplate.escape(letter, &rest))
        }
    }

    private static func escape(_ letter: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>) throws -> Part {
        switch letter {
        case "g":
            guard rest.first == "<", let end = rest.firstIndex(of: ">") else {
                throw Fault("'\\g' in the replacement needs a group: '\\g<1>'")
            }
            let name = String(rest[(rest.startIndex + 1)..<end])
            rest = rest[(end + 1)...]
            return Int(name).map(Part.group) ?? .name(name)
        case "0"..."9": return try number(letter, &rest)
        case "n": return .text("\n")
        case "t": return .text("\t")
        case "r": return .text("\r")
        case "a": return .text("\u{07}")
        case "b": return .text("\u{08}")
        case "f": return .text("\u{0C}")
        case "v": return .text("\u{0B}")
        case "\\": return .text("\\")
        case "a"..."z", "A"..."Z": throw Fault("the replacement has the unknown escape '\\\(letter)'")
        default: return .text("\\\(letter)")
        }
    }

    /// Python's rule: `\0` and three octal digits are a character, one or two digits are a group.
    private static func number(_ first: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>) throws -> Part {
        let more = rest.prefix(2)
        let octal = more.prefix { ("0"..."7").contains($0) }
        let isOctal = first == "0" || (octal.count == 2 && ("1"..."7").contains(first))
        let taken = isOctal ? octal : more.prefix(1).prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(taken.count)
        let digits = ([first] + taken).map(String.init).joined()
        guard isOctal else { return .group(Int(digits) ?? 0) }
        guard let code = UInt8(digits, radix: 8) else {
            throw Fault("the replacement has the octal escape '\\\(digits)', which is past 0o377")
        }
        return .text(String(Unicode.Scalar(code)))
    }

    func text(for match: Pattern.Match) throws -> String {
        try parts.map { part in
            switch part {
            case .text(let text): return text
            case .group(let index): return try ReplacementTemplate.group(index, of: match) ?? ""
            case .name(let name):
                guard let index = match.names[name] else { throw Fault("there is no group '\(name)'") }
                return match.groups[index] ?? ""
            }
        }.joined()
    }

    static func group(_ index: Int, of match: Pattern.Match) throws -> String? {
        guard match.groups.indices.contains(index) else { throw Fault("there is no group \(index)") }
        return match.groups[index]
    }
}
