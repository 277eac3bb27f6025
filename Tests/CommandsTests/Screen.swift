import Synchronization

@testable import Commands

/// A small terminal: what was written to standard error, as a person would see it; standard output as text.
final class Screen: ConsoleDevice {
    private struct State {
        var columns: Int
        var rows: Int
        /// Lines as written, unbroken; the last is where the cursor is.
        var lines: [[Character]] = [[]]
        /// The cursor's line, counted in screen rows of the present width.
        var cursor = (row: 0, column: 0)
        var output = ""
    }

    private let state: Mutex<State>

    init(columns: Int = 80, rows: Int = 24) {
        state = Mutex(State(columns: columns, rows: rows))
    }

    var size: (columns: Int, rows: Int) { state.withLock { ($0.columns, $0.rows) } }
    var output: String { state.withLock(\.output) }

    /// What stands there, a string a row.
    var text: [String] {
        state.withLock { state in
            Self.rows(state.lines, columns: state.columns).map { String($0) }.reversed().drop { $0.isEmpty }.reversed()
        }
    }

    func write(_ text: String, to stream: Console.Stream) {
        state.withLock { state in
            guard stream == .error else { return state.output += text }
            var rest = Substring(text)
            while let character = rest.popFirst() {
                switch character {
                case "\u{1B}": Self.escape(&rest, &state)
                case "\r": state.cursor.column = 0
                case "\n", "\r\n":
                    state.cursor = (state.cursor.row + 1, 0)
                    Self.reach(&state)
                default: Self.put(character, &state)
                }
            }
        }
    }

    /// The window becomes narrower or wider: lines are broken anew, as most terminals do.
    func resize(columns: Int) {
        state.withLock { state in
            state.columns = columns
            state.cursor = (Self.rows(state.lines, columns: columns).count - 1, 0)
        }
    }

    private static func rows(_ lines: [[Character]], columns: Int) -> [[Character]] {
        lines.flatMap { line -> [[Character]] in
            line.isEmpty
                ? [[]]
                : stride(from: 0, to: line.count, by: columns).map { Array(line[$0..<min($0 + columns, line.count)]) }
        }
    }

    private static func put(_ character: Character, _ state: inout State) {
        reach(&state)
        let line = state.lines.count - 1
        while state.lines[line].count <= state.cursor.column { state.lines[line].append(" ") }
        state.lines[line][state.cursor.column] = character
        state.cursor.column += 1
    }

    private static func reach(_ state: inout State) {
        if rows(state.lines, columns: state.columns).count <= state.cursor.row { state.lines.append([]) }
    }

    /// Knows going up and clearing to the end; colours are passed over.
    private static func escape(_ rest: inout Substring, _ state: inout State) {
        guard rest.first == "[" else { return }
        rest.removeFirst()
        let number = Int(rest.prefix { $0.isNumber }) ?? 1
        rest = rest.drop { $0.isNumber || $0 == ";" }
        switch rest.popFirst() {
        case "A": state.cursor.row = max(0, state.cursor.row - number)
        case "J":
            let kept = rows(state.lines, columns: state.columns).prefix(state.cursor.row)
            state.lines = Array(kept) + [Array(repeating: " ", count: 0)]
        default: break
        }
    }
}
