import Diagnostics
import Modules
import OrderedCollections
import YAML

/// A host's way through one section of a play: its tasks in order, blocks with their rescue, and the handlers after.
struct SectionWalk: Sendable {
    let run: HostRun
    let number: Int
    let skippingTo: Int
    /// The section's tasks and those to come after it, in the order they will be met.
    let ahead: [TaskAhead]

    private var site: Site { run.context.site }
    private var rendezvous: Rendezvous { run.context.rendezvous }

    init(run: HostRun, number: Int, skippingTo: Int, ahead: [TaskAhead]) {
        self.run = run
        self.number = number
        self.skippingTo = skippingTo
        self.ahead = ahead
    }

    /// - Throws: `HostRun.Stop` when a task failed and no rescue caught it.
    func items(_ items: [Item], notified: inout Set<Int>) async throws {
        for item in items {
            switch item {
            case .task(let task): try await step(task, notified: &notified)
            case .block(let block): try await self.block(block, notified: &notified)
            }
        }
    }

    private func block(_ block: Block, notified: inout Set<Int>) async throws {
        var failure: (any Error)?
        do {
            try await items(block.body, notified: &notified)
        } catch HostRun.Stop.failed where !block.rescue.isEmpty {
            do {
                try countRescue()
                try await items(block.rescue, notified: &notified)
            } catch {
                failure = error
            }
        } catch {
            failure = error
        }
        try await items(block.always, notified: &notified)
        if let failure { throw failure }
    }

    /// Ansible counts a rescued failure as rescued, not as failed.
    private func countRescue() throws {
        try site.memory(of: run.host).update {
            $0.recap.rescued += 1
            $0.recap.failed -= 1
        }
    }

    private func step(_ task: PlaybookTask, notified: inout Set<Int>) async throws {
        guard task.id >= skippingTo else { return }
        try Task.checkCancellation()
        let point = Rendezvous.Point(section: number, task: task.id)
        if run.context.isLockstep || task.keywords.runOnce {
            await rendezvous.meet(at: point, by: run.host)
            if await rendezvous.isAborted { throw HostRun.Stop.ended }
        } else {
            await rendezvous.reach(point, by: run.host)
        }
        if task.isMeta { return try await meta(task, notified: &notified) }
        notified.formUnion(try await perform(task))
    }

    /// - Returns: the handlers it notified.
    private func perform(_ task: PlaybookTask, isHandler: Bool = false) async throws -> Set<Int> {
        let execution = TaskExecution(task: task, run: run, isHandler: isHandler, ahead: tasks(after: task))
        guard task.keywords.runOnce else { return try await execution.perform() }
        guard await rendezvous.acts(run.host) else {
            let shared = await rendezvous.outcome(of: task.id)
            if let name = task.keywords.register { try site.memory(of: run.host).set(name, shared.result) }
            if shared.failed { throw HostRun.Stop.failed }
            return []
        }
        do {
            let handlers = try await execution.perform()
            await rendezvous.share(.init(result: registered(task), failed: false), of: task.id)
            return handlers
        } catch {
            await rendezvous.share(.init(result: registered(task), failed: true), of: task.id)
            throw error
        }
    }

    private func registered(_ task: PlaybookTask) -> Value {
        guard let name = task.keywords.register,
            case .value(let value)? = (try? site.memory(of: run.host))?.read({ $0.variables[name] })
        else { return .null }
        return value
    }

    private func tasks(after task: PlaybookTask) -> [TaskAhead] {
        guard let here = ahead.firstIndex(where: { $0.task.id == task.id }) else { return [] }
        return Array(ahead[(here + 1)...])
    }

    /// Runs the notified handlers, in the order of their definitions, once each.
    func flushHandlers(_ notified: inout Set<Int>) async throws {
        while let handler = run.context.play.handlers.first(where: { notified.contains($0.id) }) {
            notified.remove(handler.id)
            notified.formUnion(try await perform(handler, isHandler: true))
        }
    }

    private func meta(_ task: PlaybookTask, notified: inout Set<Int>) async throws {
        switch task.metaAction {
        case "flush_handlers": try await flushHandlers(&notified)
        case "end_host", "end_batch": throw HostRun.Stop.ended
        case "end_play":
            await rendezvous.abort()
            throw HostRun.Stop.ended
        default: break
        }
    }
}

extension PlaybookTask {
    var isMeta: Bool { module.spec.name == "ansible.builtin.meta" }

    /// What a `meta` task does; the static check has seen to it that it is known.
    var metaAction: String? { isMeta ? arguments.first?.value.string : nil }

    static let metaActions: Set<String> = ["flush_handlers", "end_host", "end_play", "end_batch", "noop"]
}
