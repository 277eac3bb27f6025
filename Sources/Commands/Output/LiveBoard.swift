import Playbooks

/// What a play's hosts are doing right now, as lines for the foot of a terminal.
struct LiveBoard {
    private struct HostLine {
        var task = "waiting"
        var since = ContinuousClock().now
        var ok: Set<Int> = []
        var changed: Set<Int> = []
        var failed: Set<Int> = []
        var isBusy = false
    }

    private let play: String
    private let order: [String]
    private let hostWidth: Int
    private let style: Style
    private let start = ContinuousClock().now
    private var hosts: [String: HostLine]
    /// The names of tasks that changed something, in the order that they did.
    private var changes: [String] = []

    init(_ play: String, hosts: [String], hostWidth: Int, style: Style) {
        self.play = play.printable
        self.hostWidth = hostWidth
        self.style = style
        order = hosts
        self.hosts = Dictionary(hosts.map { ($0, HostLine()) }) { first, _ in first }
    }

    mutating func note(_ event: RunEvent) {
        switch event {
        case .hostConnected(let host, _): begin("connected", on: host)
        case .taskStarted(let host, let task): begin(task.name.printable, on: host)
        case .progress(let host, _, let text): hosts[host]?.task = text.printable
        case .taskFinished(let report): count(report)
        case .hostLost(let host, _):
            hosts[host]?.task = "unreachable"
            hosts[host]?.isBusy = false
        default: break
        }
    }

    private mutating func begin(_ what: String, on host: String) {
        hosts[host]?.task = what
        hosts[host]?.since = ContinuousClock().now
        hosts[host]?.isBusy = true
    }

    private mutating func count(_ report: TaskReport) {
        let id = report.task.id
        switch report.status {
        case .ok: hosts[report.host]?.ok.insert(id)
        case .changed:
            hosts[report.host]?.ok.insert(id)
            hosts[report.host]?.changed.insert(id)
            let name = report.task.name.printable
            if !changes.contains(name) { changes.append(name) }
        case .failed:
            hosts[report.host]?.failed.insert(id)
            hosts[report.host]?.isBusy = false
        case .skipped, .ignored, .deferred: break
        }
    }

    /// As many lines as the terminal has room for, the hosts at work first.
    func lines(columns: Int, rows: Int) -> [String] {
        let now = ContinuousClock().now
        let head = "\(play)  \(counted(order.count, "host"))  \((now - start).forPeople)"
        let room = max(1, rows - 4)
        var shown = order
        if order.count > room {
            let busy = order.filter { hosts[$0]?.isBusy == true }
            shown = Array((busy + order.filter { hosts[$0]?.isBusy != true }).prefix(room))
        }
        var lines = [style(head.clipped(to: columns - 1), .bold)]
        lines += shown.map { style(line(of: $0, at: now, columns: columns - 1), .grey) }
        if shown.count < order.count { lines.append(style("and \(order.count - shown.count) more hosts", .grey)) }
        return lines
    }

    private func line(of host: String, at now: ContinuousClock.Instant, columns: Int) -> String {
        guard let line = hosts[host] else { return host }
        var counts = "\(line.ok.count) ok, \(line.changed.count) changed"
        if !line.failed.isEmpty { counts += ", \(line.failed.count) failed" }
        let right = "  \(counts)  \((now - line.since).forPeople.padded(to: 6))"
        let left = "\(host.padded(to: hostWidth))  "
        let room = max(8, columns - left.columns - right.columns)
        return (left + line.task.clipped(to: room).filled(to: room) + right).clipped(to: columns)
    }

    /// The play when it has ended.
    func summary(columns: Int) -> String {
        let all = hosts.values
        let failed = all.reduce(0) { $0 + $1.failed.count }
        let changed = all.reduce(0) { $0 + $1.changed.count }
        var text = "  \(counted(order.count, "host"))  \(all.reduce(0) { $0 + $1.ok.count }) ok, \(changed) changed"
        if failed > 0 { text += ", \(failed) failed" }
        text += "  \((ContinuousClock().now - start).forPeople)"
        if !changes.isEmpty { text += "  \(changes.joined(separator: ", "))" }
        let room = max(8, columns - 1 - play.columns)
        return style(play, failed > 0 ? .red : .bold) + style(text.clipped(to: room), .grey)
    }

    private func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
