import Foundation
import OrderedCollections
import YAML

/// How a playbook's run by one of the tools went.
struct TwinRun {
    /// The tool's exit code.
    let code: Int
    /// Host → its tasks in the order they ran, as `name: status`.
    let tasks: [String: [String]]
    /// Host → the recap's counts.
    let counts: [String: [String: Int]]
    /// All that was printed.
    let text: String

    /// Tasks that changed something, but for those that are to do so each time.
    var changed: [String] {
        tasks.keys.sorted().flatMap { host in
            (tasks[host] ?? []).filter { $0.hasSuffix(": changed") && !$0.hasSuffix("\(TwinCase.always): changed") }
                .map { "\(host): \($0)" }
        }
    }

    /// What differs between two runs, a line each.
    func differences(from other: TwinRun) -> [String] {
        var lines = code == other.code ? [] : ["exit code \(code), Ansible's \(other.code)"]
        for host in Set(counts.keys).union(other.counts.keys).sorted() {
            let (mine, its) = (tasks[host] ?? [], other.tasks[host] ?? [])
            for change in its.difference(from: mine) {
                switch change {
                case .insert(_, let line, _): lines.append("\(host): Ansible only: \(line)")
                case .remove(_, let line, _): lines.append("\(host): ours only: \(line)")
                }
            }
            // A run that only checks ends with a plan. Hosts to which a run did not come are in our table, not in Ansible's.
            let isPlan = counts.isEmpty
            let own = counts[host]?.values.contains { $0 != 0 } == true ? counts[host] : nil
            if !isPlan, own != other.counts[host] {
                lines.append("\(host): \(counts[host] ?? [:]), Ansible \(other.counts[host] ?? [:])")
            }
        }
        return lines
    }

    static let countNames = ["ok", "changed", "failed", "skipped", "rescued", "ignored"]
}

extension TwinRun {
    /// Our run, of `--output jsonl`.
    init(ours outcome: Outcome) {
        var tasks: [String: [(name: String, statuses: [String])]] = [:]
        var counts: [String: [String: Int]] = [:]
        for event in Self.events(outcome.output) {
            let host = event["host"]?.string ?? ""
            let name = event["task"]?.string ?? ""
            switch event["event"]?.string {
            case "task_started": tasks[host, default: []].append((name, []))
            case "task_finished":
                if tasks[host]?.last?.name != name { tasks[host, default: []].append((name, [])) }
                let last = tasks[host, default: []].count - 1
                // Meta tasks are the walk's own, and Ansible does not tell them.
                if event["module"]?.string == "ansible.builtin.meta" {
                    tasks[host]?.remove(at: last)
                } else {
                    tasks[host]?[last].statuses.append(event["status"]?.string ?? "")
                }
            case "recap":
                for entry in event["hosts"]?.list ?? [] {
                    counts[entry["host"]?.string ?? ""] = Self.counts(entry) { $0 }
                }
            default: break
            }
        }
        self.init(
            code: outcome.code, tasks: tasks.mapValues { $0.map { "\($0.name): \(Self.strongest($0.statuses))" } },
            counts: counts, text: outcome.text)
    }

    /// Ansible's run, of the callback `ansible.posix.jsonl`.
    init(theirs outcome: Outcome) {
        var tasks: [String: [String]] = [:]
        var counts: [String: [String: Int]] = [:]
        var gathered: [String: Int] = [:]
        for event in Self.events(outcome.output) {
            let kind = event["_event"]?.string ?? ""
            if kind == "v2_playbook_on_stats" {
                for (host, entry) in event["stats"]?.map ?? [:] {
                    counts[host.string ?? ""] = Self.counts(entry) { $0 == "failed" ? "failures" : $0 }
                }
            }
            guard kind.hasPrefix("v2_runner_on_"), let name = event["task"]?["name"]?.string else { continue }
            for (host, result) in event["hosts"]?.map ?? [:] {
                guard result["action"]?.string?.hasSuffix("meta") != true else { continue }
                // Ours come with the connection, and are no task.
                if name == "Gathering Facts" {
                    gathered[host.string ?? "", default: 0] += 1
                    continue
                }
                let changed = result["changed"] == .bool(true)
                let status = ["failed", "skipped", "unreachable"].first { kind.hasSuffix($0) }
                tasks[host.string ?? "", default: []].append("\(name): \(status ?? (changed ? "changed" : "ok"))")
            }
        }
        for (host, count) in gathered { counts[host]?["ok"]? -= count }
        self.init(code: outcome.code, tasks: tasks, counts: counts, text: outcome.text)
    }

    private static func events(_ output: String) -> [Value] {
        output.split(separator: "\n").compactMap { $0.hasPrefix("{") ? try? Value(json: String($0)) : nil }
    }

    private static func counts(_ entry: Value, _ spelling: (String) -> String) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: countNames.map {
                ($0, entry[spelling($0)]?.int ?? 0)
            })
    }

    /// A loop counts as the strongest of its items.
    private static func strongest(_ statuses: [String]) -> String {
        let known = statuses.map { $0 == "ignored" ? "failed" : $0 }
        return ["failed", "changed", "deferred", "ok"].first(where: known.contains) ?? "skipped"
    }
}
