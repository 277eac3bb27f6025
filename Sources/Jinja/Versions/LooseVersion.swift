/// `distutils.version.LooseVersion`: digits and letters apart, dots left out.
struct LooseVersion: Version {
    private enum Part: Equatable {
        case number(DigitRun)
        case word(String)
    }

    private var parts: [Part] = []

    init(_ text: String) {
        var rest = text[...]
        while let first = rest.first {
            if DigitRun.isRun(rest.prefix(1)) {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(digits.count)
                parts.append(.number(DigitRun(digits)))
            } else {
                let isLetters = ("a"..."z").contains(first)
                let word =
                    isLetters
                    ? rest.prefix { ("a"..."z").contains($0) }
                    : rest.prefix {
                        !("a"..."z").contains($0) && !($0.isASCII && $0.isNumber) && $0 != "."
                    }
                let taken = word.isEmpty ? rest.prefix(1) : word
                rest = rest.dropFirst(taken.count)
                if taken != "." { parts.append(.word(String(taken))) }
            }
        }
    }

    /// nil when Python would find a number where the other has letters.
    func order(to other: LooseVersion) -> Int? {
        for (first, second) in zip(parts, other.parts) where first != second {
            switch (first, second) {
            case (.number(let one), .number(let other)): return one.order(to: other)
            case (.word(let one), .word(let other)): return one.order(to: other)
            default: return nil
            }
        }
        return parts.count - other.parts.count
    }
}
