import OrderedCollections
package import YAML

/// What a journal tells about one run.
package struct RunRecord: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package enum State: String, Hashable, Sendable { case begun, done, failed }

        package var host: String
        package var delegate: String?
        package var task: String
        package var module: String
        package var state: State
    }

    /// The run's id, as the site's lock names it too.
    package let id: String
    package private(set) var entries: [JournalEntry]

    /// - Parameter lines: of one or several copies of the journal; a line that is in more than one counts once.
    /// - Returns: nil when nothing tells how it began.
    package init?(id: String, lines: [String]) {
        self.id = id
        var seen: Set<String> = []
        // What happened in one millisecond stays as it was written.
        entries = lines.filter { seen.insert($0).inserted }.compactMap { JournalEntry($0) }.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        guard first(.begun) != nil else { return nil }
    }

    package func first(_ event: JournalEntry.Event) -> JournalEntry? { entries.first { $0.event == event } }

    private func begun(_ name: String) -> String? { first(.begun)?[name] }

    private func texts(_ name: String) -> [String] {
        first(.begun)?.fields[.string(name)]?.list?.compactMap(\.string) ?? []
    }

    /// `deploy`, `rollback` …
    package var kind: String { begun("kind") ?? "deploy" }
    package var command: String { begun("command") ?? kind }
    package var holder: String { begun("holder") ?? "somebody" }
    package var machine: String { begun("machine") ?? "some machine" }
    /// The release's folder or file on that machine.
    package var source: String? { begun("source") }
    /// What the command gave its playbook.
    package var variables: ValueMap { first(.begun)?.fields["variables"]?.map ?? [:] }
    /// What was given with `-e`, but for secrets, and the names of those.
    package var extraVars: [String] { texts("extra_vars") }
    package var withheld: [String] { texts("withheld") }
    package var release: String? { entries.last { $0.event == .release }?["release"] ?? begun("release") }
    /// nil when it had not come so far.
    package var stock: RolloutStock? { first(.stock).map { RolloutStock(.map($0.fields)) } }
    /// The run that it goes on with.
    package var resumes: String? { begun("resumes") }
    package var isUndoing: Bool { first(.undoing) != nil }
    package var behind: [String] {
        entries.last { $0.event == .behind }?.fields["hosts"]?.list?.compactMap(\.string) ?? []
    }

    /// Milliseconds since 1970.
    package var start: Int { first(.begun)?.time ?? 0 }
    package var end: Int? { ending?.time }

    private var ending: JournalEntry? { entries.last { $0.event == .ended } }

    /// nil while nothing tells that it ended.
    package var outcome: String? { ending?["outcome"] }
    package var message: String? { ending?["message"] }

    /// Whether there is something left to resume or to abort.
    package var isOpen: Bool { outcome.map { Self.openOutcomes.contains($0) } ?? true }

    private static let openOutcomes: Set<String> = [
        RolloutEnd.paused.rawValue, RolloutEnd.stopped.rawValue, RolloutEnd.rollbackFailed.rawValue, "interrupted",
        "failed",
    ]

    /// Whether the release has come to every server: what comes after it was begun.
    package var hasStaged: Bool {
        if begun("release") != nil { return true }
        let first = steps.first { $0.module == ReleaseModule.name }
        return first?.state == .done
    }

    private static let drain = "intchain.site.drain"

    /// Whether its steps prove that it went no further than staging its release and migrating: a server's switch is its
    /// second step with the release, and is led by a drain wherever there is another server.
    package var hasTouchedNoServer: Bool {
        let onReleases = steps.filter { $0.module == ReleaseModule.name }
        return Set(onReleases.map(\.host)).count == onReleases.count
            && !steps.contains { $0.module == Self.drain }
    }

    /// The steps in the order in which they were begun.
    package var steps: [Step] {
        var steps: [Step] = []
        for entry in entries where entry.event == .before || entry.event == .after {
            let step = Step(
                host: entry["host"] ?? "?", delegate: entry["delegate"], task: entry["task"] ?? "?",
                module: entry["module"] ?? "?", state: .begun)
            if entry.event == .before {
                steps.append(step)
            } else if let index = steps.lastIndex(of: step) {
                steps[index].state = entry.fields["failed"] == true ? .failed : .done
            }
        }
        return steps
    }
}
