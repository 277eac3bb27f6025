/// POSIX `sh` text as a value: what is interpolated into it is quoted, so no path or name can become code.
///
/// ```swift
/// let shell: Shell = "chmod \(mode) -- \(path)"        // strings are quoted as one word
/// let both: Shell = "\(shell) && echo done"            // a Shell goes in as it is
/// ```
package struct Shell: Hashable, Sendable {
    package let text: String

    /// Text that is trusted to be shell code: never anything a user wrote.
    package init(verbatim text: String) {
        self.text = text
    }

    /// The fragments one after the other, a line each.
    package static func lines(_ fragments: some Sequence<Shell>) -> Shell {
        Shell(verbatim: fragments.map(\.text).joined(separator: "\n"))
    }

    /// One word of shell text that means exactly these characters.
    package static func quote(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: ","):
                true
            default: false
            }
        }
        if plain, !word.isEmpty { return word }
        // By scalars: with an accent combined, a quote is another character to Swift, and still a quote to a shell.
        return "'" + String(word.unicodeScalars.replacing("'".unicodeScalars, with: "'\\''".unicodeScalars)) + "'"
    }
}

extension Shell: CustomStringConvertible {
    package var description: String { text }
}

extension Shell: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(verbatim: value)
    }

    package init(stringInterpolation: Interpolation) {
        self.init(verbatim: stringInterpolation.text)
    }

    package struct Interpolation: StringInterpolationProtocol {
        var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ word: String) { text += Shell.quote(word) }
        package mutating func appendInterpolation(_ words: [String]) {
            text += words.map(Shell.quote).joined(separator: " ")
        }
        package mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
        package mutating func appendInterpolation(_ shell: Shell) { text += shell.text }
    }
}
