import _StringProcessing

/// Semantic Versioning 2.0: what stands behind a `+` doesn't count.
struct SemanticVersion: Version {
    private let numbers: [DigitRun]
    private let prerelease: [Substring]

    init(_ text: String) throws {
        let shape =
            /(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z.\-]+))?(?:\+[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?/
        guard let match = text.wholeMatch(of: shape) else { throw SemanticVersion.refusal(text) }
        numbers = [DigitRun(match.1), DigitRun(match.2), DigitRun(match.3)]
        prerelease = match.4?.split(separator: ".", omittingEmptySubsequences: false) ?? []
        let isWrong = prerelease.contains { $0.isEmpty || ($0.count > 1 && $0.hasPrefix("0") && DigitRun.isRun($0)) }
        if isWrong { throw SemanticVersion.refusal(text) }
    }

    private static func refusal(_ text: String) -> Fault {
        Fault("'\(text)' is no semantic version", hint: "it has three numbers without leading zeros: 1.2.3-rc.1")
    }

    func order(to other: SemanticVersion) -> Int? {
        for (one, another) in zip(numbers, other.numbers) where one != another { return one.order(to: another) }
        switch (prerelease.isEmpty, other.prerelease.isEmpty) {
        case (true, true): return 0
        case (true, false): return 1
        case (false, true): return -1
        case (false, false): break
        }
        for (one, another) in zip(prerelease, other.prerelease) where one != another {
            switch (DigitRun.isRun(one), DigitRun.isRun(another)) {
            case (true, true): return DigitRun(one).order(to: DigitRun(another))
            case (true, false): return -1
            case (false, true): return 1
            case (false, false): return one.order(to: another)
            }
        }
        return prerelease.count - other.prerelease.count
    }
}
