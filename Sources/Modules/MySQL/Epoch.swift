/// Who is primary, as a host remembers it: `epoch=1`, `primary=db1`. Written at the site's birth and by failovers.
struct Epoch: Hashable, Sendable {
    var number: Int
    var primary: String

    init(number: Int, primary: String) {
        self.number = number
        self.primary = primary
    }

    /// - Returns: nil for text without both lines.
    init?(parsing text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let number = values["epoch"].flatMap({ Int($0) }), let primary = values["primary"] else { return nil }
        self.init(number: number, primary: String(primary))
    }

    var text: String { "epoch=\(number)\nprimary=\(primary)\n" }
}
