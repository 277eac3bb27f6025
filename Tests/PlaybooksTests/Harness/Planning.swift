import Modules
import OrderedCollections
import Playbooks
import YAML

extension Project {
    /// What the project would do, and what a saved plan of it would hold.
    func plan() async throws -> (plan: ChangePlan, saved: SavedPlan) {
        let files = NotedFiles(MemoryFiles(texts: self.files))
        let collector = PlanCollector()
        var options = options
        options.check = true
        let playbook = try PlaybookLoader(registry: .builtin, files: files).load("site.yml")
        let recap = try await PlaybookRun(playbook, on: try site(options, files, collector)).execute()
        let plan = collector.plan(recap)
        let saved = SavedPlan(
            plan, of: playbook, project: try sources(files), tool: "test", made: "2026-01-01T00:00:00Z",
            origin: .map([:]))
        return (plan, try SavedPlan(parsing: Array(saved.text.utf8), file: "site.plan"))
    }

    /// What has changed in the project's files, inventory and variables since a plan was made.
    func differences(from saved: SavedPlan) throws -> [String] {
        let files = NotedFiles(MemoryFiles(texts: self.files))
        _ = try PlaybookLoader(registry: .builtin, files: files).load("site.yml")
        return try saved.changedFiles(files) + saved.differences(from: sources(files))
    }

    func compare(_ saved: SavedPlan) async throws -> PlanComparison {
        let now = try await plan().plan
        return PlanComparison(saved, now: now, hosts: Set(now.recap.hosts.map(\.host)))
    }

    /// The same, letting through only what a plan has.
    func permitting(_ saved: SavedPlan) -> Project {
        var copy = self
        copy.options.permit = ChangePermit(saved)
        return copy
    }

    private func sources(_ files: NotedFiles) throws -> ProjectSources {
        ProjectSources(files: files, inventory: try loadInventory(), extraVars: options.extraVars)
    }
}

extension ChangePlan {
    /// `host: task kind`, and what it hangs on.
    var lines: [String] {
        entries.map { entry in
            let item = entry.report.item.map { " (\($0))" } ?? ""
            let after = entry.note.after.isEmpty ? "" : " after \(entry.note.after.joined(separator: ", "))"
            return "\(entry.report.host): \(entry.report.task.name)\(item) \(entry.note.kind)\(after)"
        }
    }
}
