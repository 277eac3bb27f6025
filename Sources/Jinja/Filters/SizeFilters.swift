import Glibc
import YAML

extension Filter {
    /// Filters about sizes in bytes.
    static let sizeFilters: [String: Filter] = [
        "filesizeformat": Filter(["binary"]) { value, arguments in
            guard let size = value.number ?? value.string.flatMap(pythonFloat) else {
                throw Fault("filter 'filesizeformat' needs a number, not \(value.kind)")
            }
            return .string(fileSize(size, isBinary: try arguments.flag("binary")))
        },
        "human_readable": Filter(["isbits", "unit"]) { value, arguments in
            guard let size = value.number ?? value.string.flatMap(pythonFloat) else {
                throw Fault("filter 'human_readable' needs a number, not \(value.kind)")
            }
            return .string(try readable(size, isBits: arguments.flag("isbits"), unit: arguments.string("unit")))
        },
        "human_to_bytes": .text(["default_unit", "isbits"]) { text, arguments in
            .int(try bytes(text, unit: arguments.string("default_unit"), isBits: arguments.flag("isbits")))
        },
    ]

    private static func fileSize(_ size: Double, isBinary: Bool) -> String {
        let base = isBinary ? 1024.0 : 1000.0
        if size == 1 { return "1 Byte" }
        if size < base { return "\(Int(size)) Bytes" }
        let letters = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
        var unit = base * base
        for letter in letters.dropLast() {
            if size < unit { return text(base * size / unit, letter, isBinary) }
            unit *= base
        }
        return text(base * size / unit, "Y", isBinary)
    }

    private static func text(_ number: Double, _ letter: String, _ isBinary: Bool) -> String {
        let unit = isBinary ? letter.uppercased() + "iB" : letter + "B"
        return FormatSpec.printed("%.1f", number) + " " + unit
    }

    private static let units = ["Y", "Z", "E", "P", "T", "G", "M", "K", "B"]

    private static func factor(_ unit: String) -> Double {
        units.firstIndex(of: unit).map { pow(1024, Double(units.count - 1 - $0)) } ?? 1
    }

    private static func readable(_ size: Double, isBits: Bool, unit wanted: String?) throws -> String {
        if let wanted, !units.contains(wanted.uppercased()) { throw Fault("there is no unit '\(wanted)'") }
        let unit = wanted?.uppercased() ?? units.first { size >= factor($0) } ?? "B"
        let base = isBits ? "bits" : "Bytes"
        let name = unit == "B" ? base : unit + (isBits ? "b" : "B")
        return FormatSpec.printed("%.2f", size / factor(unit)) + " " + name
    }

    private static func bytes(_ text: String, unit: String?, isBits: Bool) throws -> Int {
        let trimmed = text.trimmingWhitespace()
        let digits = trimmed.prefix { $0.isNumber || $0 == "." }
        var rest = String(trimmed.dropFirst(digits.count)).trimmingWhitespace()
        if rest.isEmpty { rest = unit ?? "B" }
        let letter = String(rest.prefix(1)).uppercased()
        guard let number = Double(digits), units.contains(letter) else {
            throw Fault("filter 'human_to_bytes' can't read '\(text)'")
        }
        let ending = String(rest.dropFirst())
        let isKnown =
            ending.isEmpty || (isBits ? ["b", "bit", "bits"] : ["B", "byte", "bytes"]).contains(ending)
            || (letter == "B" && ["yte", "ytes", "it", "its"].contains(ending))
        let size = (number * factor(letter)).rounded()
        guard isKnown, size < 9e18 else { throw Fault("filter 'human_to_bytes' can't read '\(text)'") }
        return Int(size)
    }
}
