import Diagnostics

/// A saved plan beside one that was made just now, from the same project: what the hosts have become meanwhile.
package struct PlanComparison: Sendable {
    /// What is no longer as planned: nothing may be done then.
    package var drifts: [Drift] = []
    /// Changes of the plan that are still to be made.
    package var remaining = 0
    /// Those that somebody has made already.
    package var made = 0
    /// Tasks that always act, or can be told only on the way.
    package var open = 0

    /// A host that has moved away from the plan.
    package struct Drift: Sendable {
        package var host: String
        package var task: String
        package var place: String
        /// What moved, as a sentence.
        package var what: String
    }

    /// - Parameter hosts: those that the plan is applied to.
    package init(_ saved: SavedPlan, now: ChangePlan, hosts: Set<String>) {
        var due: Set<PlanKey> = []
        for entry in now.entries {
            let planned = saved.entry(entry.key)
            if let what = Self.drift(entry, from: planned, saved.seal) {
                let item = entry.report.item.map { " (\($0))" } ?? ""
                drifts.append(
                    Drift(
                        host: entry.report.host, task: entry.report.task.name + item,
                        place: entry.report.task.place.description, what: what))
            }
            if entry.note.kind == .changes, planned?.kind == .changes {
                due.insert(entry.key)
            } else if !entry.note.isQuiet {
                open += 1
            }
        }
        let changes = Set(saved.entries.filter { $0.kind == .changes && hosts.contains($0.key.host) }.map(\.key))
        remaining = due.count
        made = changes.subtracting(due).count
    }

    /// nil when the plan allows it.
    private static func drift(_ entry: ChangePlan.Entry, from planned: SavedPlan.Entry?, _ seal: PlanSeal) -> String? {
        let now = entry.report.changes.joined(separator: "; ")
        switch (entry.note.kind, planned?.kind) {
        case (_, .later), (.acts, .acts): return nil
        case (.changes, .changes):
            guard planned?.seal != entry.note.digest.map({ seal.code($0) }) else { return nil }
            let before = planned?.changes.joined(separator: "; ") ?? ""
            return before == now
                ? "what is to be changed is no longer what it was (\(now))"
                : "was to be: \(before); would now be: \(now)"
        case (.changes, _): return "was as it should be, and now needs a change: \(now)"
        case (.acts, _): return "was not to be run, and now would be"
        case (.later, _): return "could be told, and now can't: \(entry.report.message ?? "")"
        }
    }
}
