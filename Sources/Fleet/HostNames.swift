/// The hosts that one key of an inventory names: a name, perhaps with a port, perhaps with ranges.
///
/// `web[01:10]`, `db[a:c].example.com`, `app[1:9:2]`, `gate:2222`, `[2001:db8::1]:22`
struct HostNames {
    /// Why a range can't be expanded.
    struct InvalidRange: Error {
        let reason: String
    }

    private static let most = 65_536
    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    let all: [String]
    let port: Int?

    init(_ text: String) throws(InvalidRange) {
        let (name, port) = Self.splitPort(text)
        self.port = port
        all = Self.isAddress(name) ? [name] : try Self.expand(name)
    }

    /// `[address]:port`, or `name:port` where the name has no colon outside of brackets.
    private static func splitPort(_ text: String) -> (name: String, port: Int?) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), port > 0 else {
            return (text, nil)
        }
        let name = text[..<colon]
        if name.hasPrefix("["), name.hasSuffix("]"), isAddress(String(name.dropFirst().dropLast())) {
            return (String(name.dropFirst().dropLast()), port)
        }
        var depth = 0
        for character in name {
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            if character == ":", depth == 0 { return (text, nil) }
        }
        return depth == 0 ? (String(name), port) : (text, nil)
    }

    /// An IPv6 address: hexadecimal digits and at least two colons, either doubled or seven of them.
    static func isAddress(_ text: String) -> Bool {
        let colons = text.count { $0 == ":" }
        return text.allSatisfy { $0 == ":" || $0 == "." || $0.isHexDigit }
            && (text.contains("::") || colons == 7)
    }

    private static func expand(_ text: String) throws(InvalidRange) -> [String] {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else {
            guard !text.contains("["), !text.contains("]") else { throw InvalidRange(reason: "a bracket is missing") }
            return [text]
        }
        let head = text[..<open]
        let tails = try expand(String(text[text.index(after: close)...]))
        let items = try items(of: text[text.index(after: open)..<close])
        guard items.count * tails.count <= most else { throw InvalidRange(reason: "it has more than \(most) hosts") }
        return items.flatMap { item in tails.map { head + item + $0 } }
    }

    private static func items(of range: Substring) throws(InvalidRange) -> [String] {
        let bounds = range.split(separator: ":", omittingEmptySubsequences: false)
        guard bounds.count == 2 || bounds.count == 3 else { throw InvalidRange(reason: "it must be begin:end") }
        guard !bounds[1].isEmpty else { throw InvalidRange(reason: "it has no end") }
        let step = bounds.count == 3 ? Int(bounds[2]) : 1
        guard let step, step > 0 else { throw InvalidRange(reason: "its step must be a positive number") }
        let begin = bounds[0].isEmpty ? "0" : bounds[0]
        if let letters = try letterItems(from: begin, to: bounds[1], by: step) { return letters }
        return try numberItems(from: begin, to: bounds[1], by: step)
    }

    private static func letterItems(
        from begin: Substring, to end: Substring, by step: Int
    ) throws(InvalidRange) -> [String]? {
        guard begin.count == 1, end.count == 1, let begin = begin.first, let end = end.first,
            let first = letters.firstIndex(of: begin), let last = letters.firstIndex(of: end)
        else { return nil }
        guard first <= last else { throw InvalidRange(reason: "it ends before it begins") }
        return stride(from: first, through: last, by: step).map { String(letters[$0]) }
    }

    private static func numberItems(
        from begin: Substring, to end: Substring, by step: Int
    ) throws(InvalidRange) -> [String] {
        guard let first = Int(begin), let last = Int(end), first >= 0 else {
            throw InvalidRange(reason: "its ends must be numbers or letters")
        }
        guard first <= last else { throw InvalidRange(reason: "it ends before it begins") }
        guard (last - first) / step < most else { throw InvalidRange(reason: "it has more than \(most) hosts") }
        let width = begin.hasPrefix("0") && begin.count > 1 ? begin.count : 0
        guard width == 0 || width == end.count else {
            throw InvalidRange(reason: "its ends must have the same number of digits")
        }
        return stride(from: first, through: last, by: step).map { number in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
    }
}
