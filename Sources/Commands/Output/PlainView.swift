import Playbooks

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
