/// Text as a terminal shows it: how many columns it takes, and what of it may be shown at all.
extension String {
    /// The columns that it takes; escapes that colour it take none.
    var columns: Int { plainText.unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// Cut to so many columns, with `…` where something is missing.
    func clipped(to limit: Int) -> String {
        guard columns > limit else { return self }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            guard used + scalar.columns < limit else { break }
            used += scalar.columns
            kept.append(scalar)
        }
        return String(kept) + "…"
    }

    /// Blanks added up to so many columns.
    func filled(to limit: Int) -> String { self + String(repeating: " ", count: max(0, limit - columns)) }

    /// Without what would move a terminal's cursor or change its state: programs' output is shown, not obeyed.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.isControl }) else { return self }
        return String(
            String.UnicodeScalarView(plainText.unicodeScalars.filter { !$0.isControl || $0 == "\t" || $0 == "\n" }))
    }

    /// Without escape sequences.
    private var plainText: String {
        guard unicodeScalars.contains("\u{1B}") else { return self }
        var kept = String.UnicodeScalarView()
        var rest = Substring(self).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1B}" else {
                kept.append(scalar)
                continue
            }
            guard rest.first == "[" else { continue }
            rest = rest.dropFirst().drop { !("@"..."~").contains($0) }.dropFirst()
        }
        return String(kept)
    }
}

extension Unicode.Scalar {
    /// C0 and C1.
    fileprivate var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }

    /// What stands in two columns: East Asian wide and full-width characters, and emoji (Unicode's annex 11).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]

    fileprivate var columns: Int {
        if isControl { return 0 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }
}
