/// A shell pattern as Python's `fnmatch` reads it: `*`, `?`, `[a-z]`, `[!a-z]`, on whole names, case-sensitive.
struct Glob {
    private enum Part {
        case any, one
        case character(Unicode.Scalar)
        case set(Set)
    }

    private struct Set {
        var isNegated: Bool
        var ranges: [ClosedRange<Unicode.Scalar>]

        func contains(_ character: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(character) } != isNegated
        }
    }

    private let parts: [Part]

    init(_ pattern: String) {
        let characters = Array(pattern.unicodeScalars)
        var parts: [Part] = []
        var index = 0
        while index < characters.count {
            switch characters[index] {
            case "*": parts.append(.any)
            case "?": parts.append(.one)
            case "[":
                if let (set, end) = Self.set(characters, from: index + 1) {
                    parts.append(.set(set))
                    index = end
                } else {
                    parts.append(.character("["))
                }
            default: parts.append(.character(characters[index]))
            }
            index += 1
        }
        self.parts = parts
    }

    func matches(_ name: String) -> Bool {
        let characters = Array(name.unicodeScalars)
        var part = 0
        var index = 0
        var retry: (part: Int, index: Int)?
        while index < characters.count || part < parts.count {
            if part < parts.count, case .any = parts[part] {
                retry = (part, index)
                part += 1
            } else if part < parts.count, index < characters.count, Self.fits(parts[part], characters[index]) {
                part += 1
                index += 1
            } else if let last = retry, last.index < characters.count {
                retry = (last.part, last.index + 1)
                part = last.part + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return true
    }

    private static func fits(_ part: Part, _ character: Unicode.Scalar) -> Bool {
        switch part {
        case .any, .one: true
        case .character(let expected): expected == character
        case .set(let set): set.contains(character)
        }
    }

    /// The set that begins behind a `[`, with the index of its `]`; nil when it is not closed.
    private static func set(_ characters: [Unicode.Scalar], from start: Int) -> (Set, end: Int)? {
        var index = start
        let isNegated = index < characters.count && characters[index] == "!"
        if isNegated { index += 1 }
        let first = index
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < characters.count, characters[index] != "]" || index == first {
            let low = characters[index]
            if index + 2 < characters.count, characters[index + 1] == "-", characters[index + 2] != "]" {
                let high = characters[index + 2]
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return index < characters.count ? (Set(isNegated: isNegated, ranges: ranges), index) : nil
    }
}
