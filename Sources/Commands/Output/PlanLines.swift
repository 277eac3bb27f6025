import Diagnostics
import Modules
import Playbooks

/// A plan as lines of text: by play and task, hosts with the very same work together.
struct PlanLines: Sendable {
    let style: Style
    let showsDiffs: Bool

    init(style: Style, showsDiffs: Bool) {
        self.style = style
        self.showsDiffs = showsDiffs
    }

    func lines(_ plan: ChangePlan) -> [String] {
        var lines: [String] = []
        var play: String?
        for group in groups(plan.entries.filter { !$0.note.isQuiet }) {
            if group.entry.play != play {
                play = group.entry.play
                lines += [style(group.entry.play, .bold), ""]
            }
            lines += self.lines(group) + [""]
        }
        return lines + plan.failures.flatMap(failure)
    }

    /// A row for each host.
    func table(_ plan: ChangePlan) -> [String] {
        var table = Table(["host", "would change", "acts", "known later", "failed", "note"])
        for host in plan.recap.hosts {
            let counts = [PlanNote.Kind.changes, .acts, .later].map { "\(plan.count($0, on: host.host))" }
            table.add([host.host] + counts + ["\(host.failed)", host.unreachable == nil ? "" : "unreachable"])
        }
        return table.lines(style: style)
    }

    func sentence(_ plan: ChangePlan) -> String {
        let hosts = plan.recap.hosts
        let out = hosts.filter { $0.failed > 0 || $0.unreachable != nil }.map(\.host)
        if !out.isEmpty {
            return style("this is not the whole plan: \(out.joined(separator: ", ")) could not be planned", .red)
        }
        if plan.isEmpty { return style("nothing to change on \(Self.count(hosts.count, "host"))", .green) }
        let changed = Set(plan.entries.filter { $0.note.kind == .changes }.map(\.report.host)).count
        var parts = ["\(Self.count(plan.count(.changes), "change")) on \(Self.count(changed, "host"))"]
        let acts = plan.count(.acts)
        if acts > 0 { parts.append(acts == 1 ? "1 task that always acts" : "\(acts) tasks that always act") }
        if plan.count(.later) > 0 { parts.append("\(plan.count(.later)) known only after an earlier change") }
        return style(parts.joined(separator: ", "), .yellow)
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private func lines(_ group: Group) -> [String] {
        let report = group.entry.report
        let item = report.item.map { " (\($0.printable))" } ?? ""
        let kind = report.task.isOwed ? " (handler, owed by an earlier run)" : " (handler)"
        let handler = report.task.isHandler ? style(kind, .grey) : ""
        let delegate = report.delegate.map { " → \($0)" } ?? ""
        let head = "  \(mark(group.entry.note.kind)) \(report.task.name.printable)\(item)\(handler)  "
        return [head + style(group.hosts.joined(separator: ", ") + delegate, .cyan)]
            + details(group.entry).map { "      " + $0 }
    }

    private func details(_ entry: ChangePlan.Entry) -> [String] {
        let report = entry.report
        let diffs = showsDiffs || report.showsDiffs ? report.diffs.flatMap { UnifiedDiff($0).styled(style) } : []
        switch entry.note.kind {
        case .acts: return [style("always acts; what it does is seen when it is run", .grey)]
        case .later:
            return (report.message ?? "").printable.split(separator: "\n").map { style(String($0), .blue) } + diffs
        case .changes:
            let after = entry.note.after.map { style("and what '\($0)' leaves of it", .blue) }
            return report.changes.map(\.printable) + after + diffs
        }
    }

    private func failure(_ report: TaskReport) -> [String] {
        let item = report.item.map { " (\($0.printable))" } ?? ""
        let message = (report.message ?? "").printable.split(separator: "\n").map { "      " + $0 }
        return ["  \(style("✗ \(report.task.name.printable)\(item)", .red))  \(style(report.host, .cyan))"] + message
            + [style("      at \(report.task.place)", .grey), ""]
    }

    private func mark(_ kind: PlanNote.Kind) -> String {
        switch kind {
        case .changes: style("~", .yellow)
        case .acts: style(">", .yellow)
        case .later: style("?", .blue)
        }
    }
}

extension PlanLines {
    /// The very same work on one host or several.
    fileprivate struct Group {
        var entry: ChangePlan.Entry
        var hosts: [String]
    }

    private struct Sameness: Hashable {
        var play: String
        var task: Int
        var item: String?
        var delegate: String?
        var kind: PlanNote.Kind
        var message: String?
        var changes: [String]
        var diffs: [TextDiff]

        init(_ entry: ChangePlan.Entry) {
            play = entry.play
            task = entry.report.task.id
            item = entry.report.item
            delegate = entry.report.delegate
            kind = entry.note.kind
            message = entry.report.message
            changes = entry.report.changes
            diffs = entry.report.diffs
        }
    }

    /// In the playbook's order; a play's handlers come last.
    private func groups(_ entries: [ChangePlan.Entry]) -> [Group] {
        var groups: [Group] = []
        var places: [Sameness: Int] = [:]
        for entry in entries {
            if let place = places[Sameness(entry)] {
                if !groups[place].hosts.contains(entry.report.host) { groups[place].hosts.append(entry.report.host) }
            } else {
                places[Sameness(entry)] = groups.count
                groups.append(Group(entry: entry, hosts: [entry.report.host]))
            }
        }
        let plays = entries.map(\.play).enumerated().reduce(into: [String: Int]()) { $0[$1.1] = $0[$1.1] ?? $1.0 }
        func order(_ group: Group) -> (Int, Int, Int, Int) {
            let task = group.entry.report.task
            return (plays[group.entry.play] ?? 0, task.isHandler ? 1 : 0, task.id, group.entry.note.index ?? 0)
        }
        return groups.sorted { order($0) < order($1) }
    }
}

extension UnifiedDiff {
    /// The lines in the colours of additions and removals.
    func styled(_ style: Style) -> [String] {
        lines.map(\.printable).map { line in
            if line.hasPrefix("+") { return style(line, .green) }
            if line.hasPrefix("-") { return style(line, .red) }
            return line.hasPrefix("@@") ? style(line, .cyan) : line
        }
    }
}
