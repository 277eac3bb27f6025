import BlockingIO
import Playbooks

/// Plain lines, as they come: for pipes and logs.
actor PlainView: RunObserver {
    private let console: Console
    private let lines: RunLines
    private let hostWidth: Int
    private let executor = BlockingExecutor(label: "output")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(console: Console, lines: RunLines, hostWidth: Int) {
        self.console = console
        self.lines = lines
        self.hostWidth = hostWidth
    }

    func observe(_ event: RunEvent) {
        // In one write: hosts' events must not mix.
        let text = lines.lines(event, hostWidth: hostWidth)
        if !text.isEmpty { console.say(text.joined(separator: "\n")) }
    }
}
