import _StringProcessing

/// A version of a Python package: PEP 440, as `packaging.version` reads and orders it.
struct PEP440Version: Version {
    /// A part that may be missing: then it stands before or behind all there could be.
    private enum Part: Comparable {
        case first
        case some(String, DigitRun)
        case last

        static func < (left: Part, right: Part) -> Bool {
            switch (left, right) {
            case (.some(let one, let number), .some(let other, let otherNumber)):
                one == other ? number < otherNumber : one < other
            case (.first, .first), (.last, _), (.some, .first): false
            default: true
            }
        }
    }

    private let epoch: DigitRun
    private let release: [DigitRun]
    private let stage: Part
    private let post: Part
    private let development: Part
    private let local: [Part]?

    init(_ text: String) throws {
        let shape =
            /v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?)?(?:-([0-9]+)|[-_.]?(?:post|rev|r)[-_.]?([0-9]*))?(?:[-_.]?dev[-_.]?([0-9]*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?/
        guard let match = text.trimmingWhitespace().lowercased().wholeMatch(of: shape) else {
            throw Fault("'\(text)' is no version of a Python package")
        }
        epoch = DigitRun(match.1 ?? "")
        var numbers = match.2.split(separator: ".").map { DigitRun($0) }
        while numbers.last == DigitRun("") { numbers.removeLast() }
        release = numbers
        post = (match.5 ?? match.6).map { .some("", DigitRun($0)) } ?? .first
        development = match.7.map { .some("", DigitRun($0)) } ?? .last
        if let letters = match.3 {
            stage = .some(PEP440Version.stage(letters), DigitRun(match.4 ?? ""))
        } else {
            // A development release without a stage comes before all stages of its release.
            stage = post == .first && development != .last ? .first : .last
        }
        local = match.8?.split { "-_.".contains($0) }.map { part in
            // Numbers stand behind words: a letter that no word begins with says so.
            DigitRun.isRun(part) ? .some("~", DigitRun(part)) : .some(String(part), DigitRun(""))
        }
    }

    private static func stage(_ letters: Substring) -> String {
        switch letters {
        case "a", "alpha": "a"
        case "b", "beta": "b"
        default: "rc"
        }
    }

    func order(to other: PEP440Version) -> Int? {
        if epoch != other.epoch { return epoch.order(to: other.epoch) }
        for (one, another) in zip(release, other.release) where one != another { return one.order(to: another) }
        if release.count != other.release.count { return release.count - other.release.count }
        for (one, another) in zip([stage, post, development], [other.stage, other.post, other.development])
        where one != another { return one.order(to: another) }
        switch (local, other.local) {
        case (nil, nil): return 0
        case (nil, _): return -1
        case (_, nil): return 1
        case (let mine?, let others?):
            for (one, another) in zip(mine, others) where one != another { return one.order(to: another) }
            return mine.count - others.count
        }
    }
}
