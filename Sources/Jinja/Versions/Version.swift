import _StringProcessing

/// A version as one of Python's classes reads it.
protocol Version {
    /// - Throws: `Fault` for a text that is no version of this kind.
    init(_ text: String) throws

    /// Negative, zero or positive; nil when the two can't be put in order.
    func order(to other: Self) -> Int?
}

/// How versions are put in order: the test `version`'s `version_type`.
enum VersionKind: String, CaseIterable {
    case loose, strict, semver, semantic, pep440

    func order(_ left: String, _ right: String) throws -> Int? {
        switch self {
        case .loose: try order(of: LooseVersion.self, left, right)
        case .strict: try order(of: StrictVersion.self, left, right)
        case .semver, .semantic: try order(of: SemanticVersion.self, left, right)
        case .pep440: try order(of: PEP440Version.self, left, right)
        }
    }

    private func order<V: Version>(of kind: V.Type, _ left: String, _ right: String) throws -> Int? {
        try V(left).order(to: V(right))
    }
}

/// An integer of any length, as versions have them.
struct DigitRun: Comparable {
    private let digits: String

    /// - Parameter digits: ASCII digits; leading zeros don't count.
    init(_ digits: some StringProtocol) {
        self.digits = String(digits.drop { $0 == "0" })
    }

    static func < (left: DigitRun, right: DigitRun) -> Bool {
        left.digits.count == right.digits.count ? left.digits < right.digits : left.digits.count < right.digits.count
    }

    /// Whether the text is nothing but ASCII digits.
    static func isRun(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}

extension Comparable {
    /// Negative, zero or positive.
    func order(to other: Self) -> Int { self < other ? -1 : self == other ? 0 : 1 }
}
