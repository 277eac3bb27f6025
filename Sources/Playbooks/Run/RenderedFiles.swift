package import Diagnostics
package import Modules
import OrderedCollections
import YAML

/// Every file that a playbook's `template` tasks would write, rendered without contacting a host.
package struct RenderedFiles: Sendable {
    let playbook: Playbook
    let site: Site

    /// A host's file: its path there, and its text or why it can't be told.
    package struct File: Sendable {
        package var host: String
        package var path: String
        package var text: String?
        package var problem: Problem?
    }

    package init(_ playbook: Playbook, on site: Site) {
        self.playbook = playbook
        self.site = site
    }

    /// - Parameter facts: what is assumed of a host that nobody asks.
    /// - Throws: `Problem` for a pattern that names nothing.
    package func files(assuming facts: @Sendable (String) -> HostFacts) throws -> [File] {
        let plan = try PlaybookRun(playbook, on: site).hostsByPlay()
        for host in Set(plan.joined()) { try site.memory(of: host).learn(facts(host)) }
        var files: [File] = []
        for (index, play) in playbook.plays.enumerated() {
            let context = PlayContext(
                play: play, index: index, directory: play.directory, allHosts: plan[index], batch: plan[index],
                site: site)
            for host in plan[index] {
                try context.loadVarsFiles(for: host)
                let tasks = play.sections.flatMap { context.section($0).expectedTasks }
                files += tasks.filter(\.isTemplate).flatMap { self.files(of: $0, host: host, context: context) }
            }
        }
        return files
    }

    private func files(of task: PlaybookTask, host: String, context: PlayContext) -> [File] {
        let source = ScopeSource(site: site, host: host, play: context, task: task)
        do {
            let items = try Loop(task.keywords, templating: site.templating)?.items(in: source.scope())
            guard let items else { return try file(of: task, host: host, context: context, source: source) }
            return try items.enumerated().flatMap { index, item in
                let bound = source.adding(task.keywords.loopControl.bindings(item: item, index: index))
                return try file(of: task, host: host, context: context, source: bound)
            }
        } catch {
            let problem = error as? Problem ?? Problem("\(error)", at: task.place)
            return [File(host: host, path: task.label, text: nil, problem: problem)]
        }
    }

    private func file(of task: PlaybookTask, host: String, context: PlayContext, source: ScopeSource) throws -> [File] {
        let preparation = Preparation(task: task, context: context, host: host, source: source)
        guard try preparation.unmetCondition() == nil else { return [] }
        // Owner and mode, and what they hang on, are no part of what is reviewed.
        let arguments = try preparation.arguments(named: TemplateModule.deciding)
        let facts = try site.memory(of: host).read(\.facts)
        let text = try TemplateModule.text(arguments, in: preparation.moduleContext(host, facts: facts))
        return [File(host: host, path: try arguments.requiredString("dest"), text: text, problem: nil)]
    }
}

extension PlaybookTask {
    var isTemplate: Bool { module.spec.name == "ansible.builtin.template" }
}
