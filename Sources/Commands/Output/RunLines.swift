import YAML
import Modules
import Playbooks

/// A run's events as lines of text: what changed, what failed and why; the rest with `-v`.
struct RunLines: Sendable {
    let style: Style
    let verbosity: Int
    let showsDiffs: Bool
    /// In a log each line stands for itself: what follows a task's line begins with the host's name too.
    let namesEveryLine: Bool

    init(style: Style, verbosity: Int, showsDiffs: Bool, namesEveryLine: Bool = false) {
        self.namesEveryLine = namesEveryLine
        self.style = style
        self.verbosity = verbosity
        self.showsDiffs = showsDiffs
    }

    /// The lines of one event; none for what is not worth one.
    func lines(_ event: RunEvent, hostWidth: Int) -> [String] {
        switch event {
        case .playStarted(let name, let hosts):
            ["", style("\(name)", .bold) + style("  \(hosts.count == 1 ? hosts[0] : "\(hosts.count) hosts")", .grey)]
        case .hostConnected(let host, let after):
            verbosity > 0 ? ["\(host.padded(to: hostWidth))  \(style("connected", .grey))  \(after.forPeople)"] : []
        case .taskStarted: []
        case .handlersOwed(let host, let names):
            names.map {
                "\(host.padded(to: hostWidth))  \(style("owed    ", .yellow))  \($0), which an earlier run left undone"
            }
        case .handlersKept(let host, let names):
            names.map {
                "\(host.padded(to: hostWidth))  \(style("kept    ", .yellow))  \($0), for the next apply to run"
            }
        case .handlersOrphaned(let host, let handlers):
            handlers.map { name, file in
                "\(host.padded(to: hostWidth))  \(style("orphaned", .yellow))  \(name), which an earlier run left undone, is "
                    + "no handler here any more: do what it did, then remove \(file)"
            }
        case .progress(let host, _, let text):
            ["\(host.padded(to: hostWidth))  \(style(text.printable, .grey))"]
        case .output(let host, _, let lines, let isError):
            lines.map { "\(host.padded(to: hostWidth))  \(style(isError ? "!" : "|", .grey)) \($0.printable)" }
        case .sent(let host, _, let text):
            text.split(separator: "\n").map {
                "\(host.padded(to: hostWidth))  \(style("> \(String($0).printable)", .grey))"
            }
        case .taskFinished(let report): lines(report, hostWidth: hostWidth)
        case .hostLost(let host, let error):
            ["\(host.padded(to: hostWidth))  \(style("unreachable", .red))  \("\(error)".printable)"]
        case .playFinished, .asked, .answered: []
        case .stopping: [style("stopping: each host finishes the step it has begun; Ctrl-C again stops now", .yellow)]
        case .interrupted(let hosts): UnfinishedLines(hosts, style: style, isWhole: verbosity > 0).lines
        }
    }

    private func lines(_ report: TaskReport, hostWidth: Int) -> [String] {
        guard isShown(report) else { return [] }
        let item = report.item.map { " (\($0))" } ?? ""
        let owed = report.task.isOwed ? " (owed by an earlier run)" : ""
        let delegate = report.delegate.map { " → \($0)" } ?? ""
        let time = report.duration > .milliseconds(950) ? style("  \(report.duration.forPeople)", .grey) : ""
        let head =
            "\(report.host.padded(to: hostWidth))  \(word(report))  \(report.task.name.printable)\(item.printable)\(owed)\(delegate)\(time)"
        let indent = namesEveryLine ? report.host.padded(to: hostWidth) + "    " : "    "
        return [head] + details(report).map { indent + $0 }
    }

    private func isShown(_ report: TaskReport) -> Bool {
        switch report.status {
        case .changed, .failed, .ignored, .deferred: true
        case .ok: verbosity > 0 || report.message != nil
        case .skipped: verbosity > 0
        }
    }

    private func word(_ report: TaskReport) -> String {
        let (text, colour): (String, Style.Colour) =
            switch report.status {
            case .ok: ("ok", .green)
            case .changed: ("changed", .yellow)
            case .failed: ("failed", .red)
            case .skipped: ("skipped", .cyan)
            case .ignored: ("ignored", .cyan)
            case .deferred: ("deferred", .blue)
            }
        return style(text.padded(to: 8), colour)
    }

    private func details(_ report: TaskReport) -> [String] {
        var lines = report.changes.map { style($0.printable, .grey) }
        if let command = FailedCommand(report) {
            lines += command.lines(style: style)
        } else if let message = report.message {
            lines += message.printable.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        if report.status == .failed || report.status == .ignored, !AdHocFiles.contain(report.task.place) {
            lines.append(style("at \(report.task.place)", .grey))
        }
        if showsDiffs || report.showsDiffs { lines += report.diffs.flatMap(diff) }
        if verbosity > 1, !report.noLog {
            if let arguments = report.arguments { lines.append("arguments: \(arguments.json())") }
            lines.append("result: \(report.result.json())")
        }
        return lines
    }

    private func diff(_ diff: TextDiff) -> [String] {
        UnifiedDiff(diff).lines.map(\.printable).map { line in
            if line.hasPrefix("+") { return style(line, .green) }
            if line.hasPrefix("-") { return style(line, .red) }
            return line.hasPrefix("@@") ? style(line, .cyan) : line
        }
    }
}

extension Recap {
    /// The table at the end of a run.
    func lines(style: Style, check: Bool) -> [String] {
        var table = Table(["host", "ok", check ? "would change" : "changed", "failed", "skipped", "note"])
        for host in hosts {
            var notes: [String] = []
            if host.unreachable != nil { notes.append("unreachable") }
            if host.rescued > 0 { notes.append("\(host.rescued) rescued") }
            if host.ignored > 0 { notes.append("\(host.ignored) ignored") }
            if host.deferred > 0 { notes.append("\(host.deferred) known after an earlier change") }
            table.add([
                host.host, "\(host.ok)", "\(host.changed)", "\(host.failed)", "\(host.skipped)",
                notes.joined(separator: ", "),
            ])
        }
        return table.lines(style: style)
    }
}
