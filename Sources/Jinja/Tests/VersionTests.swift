import YAML

extension Test {
    /// Tests of versions.
    static let versionTests: [String: Test] = ["version": version, "version_compare": version]

    private static let version = Test(["version", "operator", "strict", "version_type"]) { value, arguments in
        let other = PythonText.text(of: try arguments.required("version"))
        let text = PythonText.text(of: value)
        guard !text.isEmpty, !other.isEmpty else { throw Fault("a version to compare can't be empty") }
        let kind = try arguments.string("version_type") ?? (arguments.flag("strict") ? "strict" : "loose")
        guard let ordering = try VersionOrder(kind: kind).compare(text, other) else {
            throw Fault("the versions '\(text)' and '\(other)' can't be compared")
        }
        switch try arguments.string("operator") ?? "eq" {
        case "==", "=", "eq": return ordering == 0
        case "!=", "<>", "ne": return ordering != 0
        case "<", "lt": return ordering < 0
        case "<=", "le": return ordering <= 0
        case ">", "gt": return ordering > 0
        case ">=", "ge": return ordering >= 0
        case let other: throw Fault("test 'version' knows no operator '\(other)'", hint: "use ==, !=, <, <=, > or >=")
        }
    }
}

/// How versions are put in order.
struct VersionOrder {
    private let isSemantic: Bool

    init(kind: String) throws {
        switch kind {
        case "loose", "strict", "pep440": isSemantic = false
        case "semver", "semantic": isSemantic = true
        default: throw Fault("test 'version' knows no type '\(kind)'", hint: "use loose, strict or semver")
        }
    }

    /// Negative, zero or positive; nil when Python would find a number where the other has letters.
    func compare(_ left: String, _ right: String) throws -> Int? {
        if isSemantic { return try semantic(left, right) }
        return order(parts(left), parts(right))
    }

    private enum Part: Equatable {
        case number(Int)
        case word(String)
    }

    /// Digits and letters apart, dots left out: `distutils.version.LooseVersion`.
    private func parts(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isASCII, first.isNumber {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(digits.count)
                parts.append(Int(digits).map(Part.number) ?? .word(String(digits)))
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
        return parts
    }

    private func order(_ left: [Part], _ right: [Part]) -> Int? {
        for (first, second) in zip(left, right) where first != second {
            switch (first, second) {
            case (.number(let one), .number(let other)): return one < other ? -1 : 1
            case (.word(let one), .word(let other)): return one < other ? -1 : 1
            default: return nil
            }
        }
        return left.count - right.count
    }

    private func semantic(_ left: String, _ right: String) throws -> Int? {
        let (first, second) = (try core(left), try core(right))
        for (one, other) in zip(first.numbers, second.numbers) where one != other { return one < other ? -1 : 1 }
        switch (first.pre, second.pre) {
        case (nil, nil): return 0
        case (nil, _): return 1
        case (_, nil): return -1
        case (let one?, let other?): return prerelease(one, other)
        }
    }

    private func core(_ text: String) throws -> (numbers: [Int], pre: String?) {
        let bare = text.split(separator: "+", maxSplits: 1)[0]
        let halves = bare.split(separator: "-", maxSplits: 1)
        let numbers = (halves.first ?? "").split(separator: ".").map { Int($0) }
        guard numbers.count == 3, !numbers.contains(nil) else { throw Fault("'\(text)' is no semantic version") }
        return (numbers.compactMap(\.self), halves.count > 1 ? String(halves[1]) : nil)
    }

    private func prerelease(_ left: String, _ right: String) -> Int {
        let (first, second) = (left.split(separator: "."), right.split(separator: "."))
        for (one, other) in zip(first, second) where one != other {
            switch (Int(one), Int(other)) {
            case (let a?, let b?): return a < b ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return one < other ? -1 : 1
            }
        }
        return first.count - second.count
    }
}
