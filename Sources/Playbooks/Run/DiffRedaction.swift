import Fleet
import Modules

/// Takes the secrets out of a diff: those that are known, and those that stood in their places before.
///
/// A password that is being changed is known only as what it will be; the old one comes from the host's file.
struct DiffRedaction {
    let redactor: Redactor
    /// No line that is replaced may be shown: a secret is empty or short, so that no place tells the one before it.
    let hidesReplaced: Bool
    private let names = SecretNames()

    init(_ redactor: Redactor, hidesReplaced: Bool = false) {
        self.redactor = redactor
        self.hidesReplaced = hidesReplaced
    }

    func redacted(_ diff: TextDiff) -> TextDiff {
        let after = diff.after.map(redactor.redact)
        return TextDiff(
            name: diff.name, before: diff.before.map { withoutPredecessors(redactor.redact($0), of: after ?? "") },
            after: after)
    }

    private func withoutPredecessors(_ before: String, of after: String) -> String {
        let lines = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let kept = Set(lines)
        let places = lines.compactMap(Place.init)
        return before.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = String(line)
            if line.isEmpty || kept.contains(line) { return line }
            if hidesReplaced { return Redactor.mask }
            return places.first { $0.fits(line) }?.masked ?? withoutSettingsValue(line, places)
                ?? withoutNamedSecret(line)
        }.joined(separator: "\n")
    }

    /// The line up to its first word, where a line with a secret begins with the same one: more than the secret may
    /// differ in them.
    private func withoutSettingsValue(_ line: String, _ places: [Place]) -> String? {
        guard let setting = Self.setting(of: line), places.contains(where: { $0.setting == setting }),
            let range = line.firstRange(of: setting)
        else { return nil }
        return line[..<range.upperBound] + " " + Redactor.mask
    }

    /// The first word, where something follows it.
    private static func setting(of line: String) -> String? {
        let rest = line.drop { !$0.isLetter && !$0.isNumber && $0 != "_" }
        let word = rest.prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) }
        return word.isEmpty || word.endIndex == line.endIndex ? nil : String(word)
    }

    /// The line up to a word that names a secret: what follows may be one whose line is gone or was written otherwise.
    private func withoutNamedSecret(_ line: String) -> String {
        var index = line.startIndex
        while index < line.endIndex {
            let word = line[index...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if names.contains(String(word)), word.endIndex < line.endIndex {
                return line[..<word.endIndex] + " " + Redactor.mask
            }
            index = word.isEmpty ? line.index(after: index) : word.endIndex
        }
        return line
    }

    /// A line's text before and behind its secret.
    private struct Place {
        let prefix: String
        let suffix: String
        /// The word that the line begins with, if that is before the secret.
        let setting: String?

        init?(_ line: String) {
            guard let first = line.firstRange(of: Redactor.mask) else { return nil }
            var end = first.upperBound
            while let next = line[end...].firstRange(of: Redactor.mask) { end = next.upperBound }
            prefix = String(line[..<first.lowerBound])
            suffix = String(line[end...])
            setting = DiffRedaction.setting(of: prefix)
        }

        var masked: String { prefix + Redactor.mask + suffix }

        func fits(_ line: String) -> Bool {
            line.utf8.count > prefix.utf8.count + suffix.utf8.count && line.hasPrefix(prefix) && line.hasSuffix(suffix)
        }
    }
}
