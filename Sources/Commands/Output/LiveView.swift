import BlockingIO
import Playbooks

/// A line a host at the foot of the terminal: what it is doing, its counts, and for how long; above it, what is worth
/// keeping. A play that has ended becomes one line.
actor LiveView: RunObserver {
    private let console: Console
    private let lines: RunLines
    private let hostWidth: Int
    private let executor = BlockingExecutor(label: "output")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var board: LiveBoard?
    private var ticker: Task<Void, Never>?
    /// A question stands at the foot, and nothing may be drawn over it.
    private var isAsking = false

    init(console: Console, lines: RunLines, hostWidth: Int) {
        self.console = console
        self.lines = lines
        self.hostWidth = hostWidth
    }

    func observe(_ event: RunEvent) async {
        var kept = isKept(event) ? lines.lines(event, hostWidth: hostWidth) : []
        switch event {
        case .playStarted(let name, let hosts):
            board = LiveBoard(name, hosts: hosts, hostWidth: hostWidth, style: lines.style)
            startTicking()
        case .playFinished: kept += close()
        case .interrupted: kept = close() + kept
        case .asked:
            isAsking = true
            redraw(after: kept)
            return
        case .answered: isAsking = false
        default: board?.note(event)
        }
        if !kept.isEmpty { redraw(after: kept) }
    }

    /// Leaves the terminal clean: call it when the run has ended.
    func finish() {
        ticker?.cancel()
        ticker = nil
        redraw(after: close())
    }

    /// The play in one line.
    private func close() -> [String] {
        defer { board = nil }
        return board.map { [$0.summary(columns: console.size.columns)] } ?? []
    }

    /// What stays on the terminal: what failed or was said; all else with `-v`, differences with `-D`.
    private func isKept(_ event: RunEvent) -> Bool {
        switch event {
        case .playStarted, .playFinished, .taskStarted, .asked, .answered: false
        case .hostLost, .handlersOwed, .handlersKept, .handlersOrphaned, .stopping, .interrupted: true
        case .taskFinished(let report): isKept(report)
        case .hostConnected, .progress, .output, .sent: lines.verbosity > 0
        }
    }

    private func isKept(_ report: TaskReport) -> Bool {
        switch report.status {
        case .failed, .ignored: true
        case .changed: lines.verbosity > 0 || lines.showsDiffs || report.showsDiffs || report.message != nil
        case .ok: lines.verbosity > 0 || report.message != nil
        case .skipped, .deferred: lines.verbosity > 0
        }
    }

    private func startTicking() {
        guard ticker == nil else { return }
        ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(150))
                if !Task.isCancelled { redraw(after: []) }
            }
        }
    }

    private func redraw(after kept: [String]) {
        let size = console.size
        let foot = isAsking ? [] : board?.lines(columns: size.columns, rows: size.rows) ?? []
        console.draw(kept, foot: foot)
    }
}
