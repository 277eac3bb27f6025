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
        case "0": return .text("\0")
        case "1"..."9":
            var digits = String(letter)
            if let next = rest.first, ("0"..."9").contains(next) {
                digits.unicodeScalars.append(next)
                rest = rest.dropFirst()
            }
            return .group(Int(digits) ?? 0)
        case "n": return .text("\n")
        case "t": return .text("\t")
        case "r": return .text("\r")
        case "\\": return .text("\\")
        case "a"..."z", "A"..."Z": throw Fault("the replacement has the unknown escape '\\\(letter)'")
        default: return .text("\\\(letter)")
        }
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
