import Synchronization

/// Lines at the foot of the terminal: what others write goes above them.
final class ConsoleFoot: Sendable {
    private let drawn = Mutex<[String]>([])

    func write(_ text: String, to stream: Console.Stream, on device: any ConsoleDevice) {
        drawn.withLock { lines in
            guard !lines.isEmpty else { return device.write(text, to: stream) }
            device.write(Self.erasure(of: lines, columns: device.size.columns), to: .error)
            device.write(text, to: stream)
            device.write(Self.text(lines), to: .error)
        }
    }

    /// In one write, so that nothing flickers.
    func draw(_ kept: [String], _ lines: [String], on device: any ConsoleDevice) {
        drawn.withLock { drawn in
            guard !kept.isEmpty || !lines.isEmpty || !drawn.isEmpty else { return }
            let erasure = Self.erasure(of: drawn, columns: device.size.columns)
            device.write(erasure + Self.text(kept + lines), to: .error)
            drawn = lines
        }
    }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    /// Goes back to where the foot begins, also when the terminal has become narrower meanwhile and broke its lines.
    private static func erasure(of lines: [String], columns: Int) -> String {
        guard !lines.isEmpty else { return "" }
        let rows = lines.reduce(0) { $0 + max(1, ($1.columns + columns - 1) / max(1, columns)) }
        return "\r\u{1B}[\(rows)A\u{1B}[J"
    }
}
