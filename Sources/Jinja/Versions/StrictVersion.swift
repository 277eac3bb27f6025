import _StringProcessing

/// `distutils.version.StrictVersion`: two or three numbers, and `a` or `b` with a number before the release.
struct StrictVersion: Version {
    private let numbers: [DigitRun]
    private let stage: String?
    private let number: DigitRun

    init(_ text: String) throws {
        guard let match = text.wholeMatch(of: /([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:([ab])([0-9]+))?/) else {
            throw Fault(
                "'\(text)' is no strict version", hint: "it has two or three numbers, and a1 or b1 behind them at most")
        }
        numbers = [DigitRun(match.1), DigitRun(match.2), DigitRun(match.3 ?? "")]
        stage = match.4.map { String($0) }
        number = DigitRun(match.5 ?? "")
    }

    func order(to other: StrictVersion) -> Int? {
        for (one, another) in zip(numbers, other.numbers) where one != another { return one.order(to: another) }
        switch (stage, other.stage) {
        case (nil, nil): return 0
        case (nil, _): return 1
        case (_, nil): return -1
        case (let one?, let another?): return one == another ? number.order(to: other.number) : one.order(to: another)
        }
    }
}
