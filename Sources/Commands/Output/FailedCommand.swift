import Playbooks
import YAML

/// A program that failed on a host: what was run, its exit status, and the last lines of what it said.
struct FailedCommand {
    let doing: String
    let command: String?
    let status: Int
    let output: [String]

    private static let lines = 12

    /// - Returns: nil for a task that did not fail, or failed otherwise.
    init?(_ report: TaskReport) {
        guard report.status == .failed || report.status == .ignored, !report.noLog, let doing = report.doing,
            case .int(let status)? = report.result["rc"]
        else { return nil }
        self.doing = doing
        self.status = status
        command = report.result["cmd"].flatMap(Self.text)
        let said = ["stdout", "stderr"].map { Self.tail(report.result[$0]?.string ?? "") }
        // What went wrong is usually the last that was said: errors come last, and fill what room there is.
        output = Array((said[0].suffix(max(0, Self.lines - said[1].count)) + said[1]))
    }

    private static func text(_ value: Value) -> String? {
        value.string ?? value.list?.compactMap(\.string).joined(separator: " ")
    }

    private static func tail(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).suffix(lines).map { String($0).printable }
    }

    func lines(style: Style) -> [String] {
        var all = doing.printable.split(separator: "\n").map(String.init)
        if let command {
            let first = command.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
            all.append("command: \(first.printable)\(first.count < command.count ? " …" : "")")
        }
        all.append(status == 124 ? "timed out" : "exit status \(status)")
        return all + output.map { style("| ", .grey) + $0 }
    }
}
