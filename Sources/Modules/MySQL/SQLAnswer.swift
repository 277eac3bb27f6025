/// What a server answered to a statement.
package enum SQLAnswer: Hashable, Sendable {
    /// Fields as text; NULL reads `NULL`.
    case rows([[String]])
    case refused(SQLError)

    package var rows: [[String]]? { if case .rows(let rows) = self { rows } else { nil } }
    package var error: SQLError? { if case .refused(let error) = self { error } else { nil } }

    /// The rows.
    /// - Throws: `ModuleFailure` with the server's message.
    package func get() throws -> [[String]] {
        switch self {
        case .rows(let rows): return rows
        case .refused(let error): throw ModuleFailure("mysql: \(error)")
        }
    }
}

/// An error of the server (1045 …) or of the client (2002 …); 0 when the client did not run at all.
package struct SQLError: Hashable, Sendable, CustomStringConvertible {
    package var code: Int
    package var message: String

    package init(code: Int, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { code == 0 ? message : "\(message) (\(code))" }
}

/// The output of one run of the client: `|` rows, `!` errors.
struct SQLTranscript {
    private var rows: [Int: [[String]]] = [:]
    private var errors: [Int: SQLError] = [:]
    private var fault: SQLError?
    private var isComplete = false

    /// All runs in a fragment's output, each ended by `=`.
    static func all(in output: String) -> [SQLTranscript] {
        var transcripts: [SQLTranscript] = []
        var lines: [Substring] = []
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "=" {
                transcripts.append(SQLTranscript(lines))
                lines = []
            } else {
                lines.append(line)
            }
        }
        return transcripts
    }

    private init(_ lines: [Substring]) {
        var statement = -1
        for line in lines where line.hasPrefix("|") {
            let fields = line.dropFirst().split(separator: "\t", omittingEmptySubsequences: false).map(Self.unescape)
            if fields.count == 2, fields[0] == SQLBatch.mark {
                if fields[1] == "end" { isComplete = true } else { statement = Int(fields[1]) ?? statement }
            } else {
                rows[statement, default: []].append(fields)
            }
        }
        for line in lines where line.hasPrefix("!") { read(error: line.dropFirst()) }
    }

    func answer(_ statement: Int) -> SQLAnswer {
        if let error = errors[SQLBatch.line(of: statement)] ?? fault { return .refused(error) }
        guard isComplete else { return .refused(SQLError(code: 0, message: "the mysql client ended early")) }
        return .rows(rows[statement] ?? [])
    }

    /// `ERROR 1146 (42S02) at line 4: Table …` belongs to a statement; without a line, to the whole run.
    private mutating func read(error line: Substring) {
        if let match = line.wholeMatch(of: /ERROR (\d+) \([^)]*\)(?: at line (\d+))?: (.*)/) {
            let error = SQLError(code: Int(match.1) ?? 0, message: String(match.3))
            if let number = match.2.flatMap({ Int($0) }) { errors[number] = error } else { fault = fault ?? error }
        } else if !line.isEmpty, !line.contains("[Warning]"), !line.contains("Deprecated") {
            fault = fault ?? SQLError(code: 0, message: String(line))
        }
    }

    /// Batch mode writes tab, newline, NUL and backslash as escapes.
    private static func unescape(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var text = ""
        var escaped = false
        for character in field {
            if escaped {
                text.append(["n": "\n", "t": "\t", "0": "\0"][character] ?? character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
