/// Colours of a terminal; plain text where there are none.
struct Style: Sendable {
    enum Colour: String, Sendable {
        case red = "31", green = "32", yellow = "33", blue = "34", cyan = "36", grey = "90", bold = "1"
    }

    let isColoured: Bool

    init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    func callAsFunction(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension Duration {
    /// `0.8 s`, `12 s`, `3 min 05 s`.
    var forPeople: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
        if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
        if seconds < 60 { return "\(Int(seconds.rounded())) s" }
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60 < 10 ? "0" : "")\(whole % 60) s"
    }
}

extension String {
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
