import Playbooks
import YAML

/// Plain lines, as they come: for pipes and logs.
struct PlainView: RunObserver {
    let console: Console
    let lines: RunLines
    let hostWidth: Int

    init(console: Console, lines: RunLines, hostWidth: Int) {
        self.console = console
        self.lines = lines
        self.hostWidth = hostWidth
    }

    func observe(_ event: RunEvent) async {
        // In one write: hosts' events must not mix.
        let text = lines.lines(event, hostWidth: hostWidth)
        if !text.isEmpty { console.say(text.joined(separator: "\n")) }
    }
}

/// A line a host at the foot of the terminal: what it is doing and for how long; above it, what is worth keeping.
actor LiveView: RunObserver {
    private struct HostLine {
        var task = "connecting"
        var since = ContinuousClock().now
        var done = 0
        var changed = 0
        var isBusy = true
    }

    private let console: Console
    private let lines: RunLines
    private let style: Style
    private let hostWidth: Int
    private var hosts: [(name: String, line: HostLine)] = []
    private var drawn = 0
    private var ticker: Task<Void, Never>?

    init(console: Console, lines: RunLines, style: Style, hostWidth: Int) {
        self.console = console
        self.lines = lines
        self.style = style
        self.hostWidth = hostWidth
    }

    func observe(_ event: RunEvent) async {
        let kept = lines.lines(event, hostWidth: hostWidth)
        note(event)
        guard !kept.isEmpty else { return }
        erase()
        for line in kept { console.say(line) }
        draw()
    }

    /// Leaves the terminal clean: call it when the run has ended.
    func finish() {
        ticker?.cancel()
        erase()
        hosts = []
    }

    private func note(_ event: RunEvent) {
        switch event {
        case .playStarted(_, let names):
            hosts = names.map { ($0, HostLine()) }
            startTicking()
        case .hostConnected(let host, _): update(host) { $0.task = "connected" }
        case .taskStarted(let host, let task):
            update(host) {
                $0.task = task.name
                $0.since = ContinuousClock().now
            }
        case .progress(let host, _, let text): update(host) { $0.task = text }
        case .taskFinished(let report):
            update(report.host) {
                $0.done += 1
                if report.status == .changed { $0.changed += 1 }
            }
        case .hostLost(let host, _):
            update(host) {
                $0.task = "unreachable"
                $0.isBusy = false
            }
        case .playFinished: hosts = []
        case .handlersOwed, .handlersKept, .stopping, .interrupted: break
        }
    }

    private func update(_ host: String, _ body: (inout HostLine) -> Void) {
        guard let index = hosts.firstIndex(where: { $0.name == host }) else { return }
        body(&hosts[index].line)
    }

    private func startTicking() {
        guard ticker == nil else { return }
        ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(120))
                redraw()
            }
        }
    }

    private func redraw() {
        erase()
        draw()
    }

    private func erase() {
        guard drawn > 0 else { return }
        console.draw("\r\u{1B}[\(drawn)A\u{1B}[J")
        drawn = 0
    }

    private func draw() {
        let now = ContinuousClock().now
        // A terminal has only so many lines: with a large fleet the busiest hosts are shown.
        for (name, line) in hosts.prefix(20) {
            let time = (now - line.since).forPeople
            let counts = "\(line.done) done\(line.changed > 0 ? ", \(line.changed) changed" : "")"
            let text = "\(name.padded(to: hostWidth))  \(line.task)  \(time)  \(counts)"
            console.draw(style(String(text.prefix(max(20, console.width - 1))), .grey) + "\n")
            drawn += 1
        }
    }
}

/// One JSON object a line on standard output, and nothing else there.
struct JSONLinesView: RunObserver {
    let console: Console

    init(console: Console) {
        self.console = console
    }

    func observe(_ event: RunEvent) async {
        console.print(EventRecord(event).value.json())
    }
}
