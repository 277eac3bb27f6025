import _StringProcessing

/// A regular expression as Python's `re` reads it, run by Swift's engine.
struct Pattern {
    private let regex: Regex<AnyRegexOutput>
    let groupCount: Int

    struct Match {
        var range: Range<String.Index>
        /// The whole match and the groups; nil for a group that took no part.
        var groups: [String?]
        var names: [String: Int]
    }

    init(_ pattern: String, ignoresCase: Bool, isMultiline: Bool) throws {
        let translated = try PatternTranslator.translated(pattern, isMultiline: isMultiline)
        do {
            regex = try Regex(translated.pattern).matchingSemantics(.unicodeScalar)
                .ignoresCase(ignoresCase).anchorsMatchLineEndings(isMultiline)
        } catch {
            throw Fault("the regular expression '\(pattern)' is not valid or not supported")
        }
        groupCount = translated.groups
    }

    func first(in text: String) throws -> Match? { try regex.firstMatch(in: text).map(match) }

    /// The match at the start of the text.
    func prefix(of text: String) throws -> Match? { try regex.prefixMatch(in: text).map(match) }

    func whole(_ text: String) throws -> Match? { try regex.wholeMatch(in: text).map(match) }

    func all(in text: String) -> [Match] { text.matches(of: regex).map(match) }

    private func match(_ found: Regex<AnyRegexOutput>.Match) -> Match {
        var names: [String: Int] = [:]
        for (index, part) in found.output.enumerated() {
            if let name = part.name { names[name] = index }
        }
        return Match(range: found.range, groups: found.output.map { $0.substring.map(String.init) }, names: names)
    }
}
