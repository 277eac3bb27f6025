/// SQL text as a value: what is interpolated is quoted as a string literal or an identifier, and no line break of a
/// value becomes one of the text, so a statement stays on one line.
package struct SQL: Hashable, Sendable {
    package let text: String

    /// Text that is trusted to be SQL.
    package init(verbatim text: String) {
        self.text = text
    }

    /// Quoting below assumes this mode: backslash escapes on, double quotes for strings.
    package static let preamble = [
        "SET NAMES utf8mb4;", "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';",
    ]

    static func quote(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": quoted += "''"
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\0": quoted += "\\0"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    static func quote(name: String) -> String {
        var quoted = "`"
        for scalar in name.unicodeScalars {
            switch scalar {
            case "`": quoted += "``"
            case "\n", "\r": quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "`"
    }
}

extension SQL: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(verbatim: value) }
    package init(stringInterpolation: Interpolation) { self.init(verbatim: stringInterpolation.text) }

    package struct Interpolation: StringInterpolationProtocol {
        var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { text += literal }
        /// A string literal.
        package mutating func appendInterpolation(_ value: String) { text += SQL.quote(value) }
        /// An identifier in backticks.
        package mutating func appendInterpolation(name: String) { text += SQL.quote(name: name) }
        package mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
        package mutating func appendInterpolation(_ sql: SQL) { text += sql.text }
    }
}
