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
    /// Those of `ahead` that come after the section.
    let after: [TaskAhead]
    /// In check mode: the task that has to be run before it is known whether these tasks are.
    let hangsOn: String?
    /// A failure that is fatal for all has ended the play, and what it leaves behind is being put in order.
    var isClosing = false

    var context: PlayContext { run.context }
    var site: Site { context.site }
    var rendezvous: Rendezvous { context.rendezvous }

    init(
        run: HostRun, number: Int, skippingTo: Int, tasks: [TaskAhead], after: [TaskAhead], hangsOn: String? = nil
    ) {
        self.run = run
        self.number = number
        self.skippingTo = skippingTo
        self.after = after
        self.hangsOn = hangsOn
        ahead = tasks + after
    }

    /// - Parameter isProtected: a `rescue` around them will catch a failure.
    /// - Throws: `HostRun.Stop` when a task failed and no rescue caught it.
    func items(_ items: [Item], isProtected: Bool = false, notified: inout Set<Int>) async throws {
        for item in items {
            switch item {
            case .task(let task): try await step(task, isProtected: isProtected, notified: &notified)
            case .block(let block): try await self.block(block, isProtected: isProtected, notified: &notified)
            case .include(let include):
                try await self.include(include, isProtected: isProtected, notified: &notified)
            }
        }
    }

    private func block(_ block: Block, isProtected: Bool, notified: inout Set<Int>) async throws {
        if let entry = block.entry { return try await role(entry, block.body, isProtected, &notified) }
        do {
            try await rescued(block, isProtected: isProtected, notified: &notified)
        } catch HostRun.Stop.failed(let failure) {
            try await always(block, isProtected: isProtected, notified: &notified)
            throw HostRun.Stop.failed(failure)
        } catch HostRun.Stop.ended {
            guard await rendezvous.ending == .failures else { throw HostRun.Stop.ended }
            try await always(block, isProtected: isProtected, notified: &notified)
            throw HostRun.Stop.ended
        }
        try await always(block, isProtected: isProtected, notified: &notified)
    }

    /// A role that several depend on is run for the first of them, unless nothing of it was run there.
    private func role(_ entry: Value, _ body: [Item], _ isProtected: Bool, _ notified: inout Set<Int>) async throws {
        let memory = try site.memory(of: run.host)
        let key = HostMemory.RoleEntry(play: context.index, entry: entry)
        guard !memory.read({ $0.entries.contains(key) }) else { return }
        let before = memory.read { $0.recap.ok + $0.recap.deferred }
        try await items(body, isProtected: isProtected, notified: &notified)
        memory.update { if $0.recap.ok + $0.recap.deferred > before { $0.entries.insert(key) } }
    }

    /// What ended the play before does not keep anyone from it.
    private func always(_ block: Block, isProtected: Bool, notified: inout Set<Int>) async throws {
        guard let first = block.always.allTasks.first else { return }
        if context.isLockstep { await rendezvous.meet(at: point(of: first), by: run.host) }
        var walk = self
        if await rendezvous.ending == .failures { walk.isClosing = true }
        try await walk.items(block.always, isProtected: isProtected, notified: &notified)
    }

    private func rescued(_ block: Block, isProtected: Bool, notified: inout Set<Int>) async throws {
        let rescues = !block.rescue.isEmpty
        do {
            try await items(block.body, isProtected: isProtected || rescues, notified: &notified)
        } catch HostRun.Stop.failed(let failure) where rescues {
            try site.memory(of: run.host).rescue(failure)
            try await items(block.rescue, isProtected: isProtected, notified: &notified)
        }
    }

    private func step(_ task: PlaybookTask, isProtected: Bool, notified: inout Set<Int>) async throws {
        guard task.id >= skippingTo else { return }
        let point = point(of: task)
        try await come(to: point, meeting: context.isLockstep || task.meets)
        if task.isMeta { return try await meta(task, at: point, isProtected: isProtected, notified: &notified) }
        let handlers = context.handlers(notified.union(context.handlers(statically: task)))
        notified.formUnion(
            try await perform(
                task, hangsOn: hangsOn, at: point, isProtected: isProtected, ahead: handlers + tasks(after: task)
            ).handlers)
    }

    /// Tells which tasks are included, and walks through them, item by item.
    private func include(_ include: Include, isProtected: Bool, notified: inout Set<Int>) async throws {
        guard include.lastID >= skippingTo else { return }
        let point = point(of: include.task)
        try await come(to: point, meeting: context.isLockstep || include.task.meets)
        let effects = try await perform(
            include.task, hangsOn: hangsOn, at: point, isProtected: isProtected, ahead: tasks(after: include.task))
        for inclusion in effects.inclusions {
            let items = try chosen(inclusion, of: include)
            var walk = SectionWalk(
                run: run, number: number, skippingTo: skippingTo,
                tasks: items.expectedTasks.map { (task: $0, context: context) },
                after: tasks(after: include.task).filter { $0.task.id > include.lastID || $0.context !== context },
                hangsOn: inclusion.hangsOn)
            walk.isClosing = isClosing
            try await walk.items(items, isProtected: isProtected, notified: &notified)
        }
    }

    private func chosen(_ inclusion: Inclusion, of include: Include) throws -> [Item] {
        guard inclusion.hangsOn == nil else { return include.onlyChoice ?? [] }
        let items = include.choice(named: inclusion.choice, playbook: context.directory, files: site.files)
        guard let items else {
            throw Problem("\(inclusion.choice) was not there to be included when the run began", at: include.task.place)
        }
        return items.included(
            with: inclusion.variables, level: include.task.keywords.includeVars.count - 1,
            at: include.task.path + [include.task.id, inclusion.index])
    }

    private func point(of task: PlaybookTask) -> Rendezvous.Point {
        Rendezvous.Point(section: number, task: task.path + [task.id])
    }

    /// - Throws: `HostRun.Stop.ended` when all were told to stop.
    private func come(to point: Rendezvous.Point, meeting: Bool) async throws {
        try site.stop.check()
        guard meeting else { return await rendezvous.reach(point, by: run.host) }
        await rendezvous.meet(at: point, by: run.host)
        try site.stop.check()
        if await rendezvous.ending != nil, !isClosing { throw HostRun.Stop.ended }
    }

    private func perform(
        _ task: PlaybookTask, isHandler: Bool = false, hangsOn: String? = nil, at point: Rendezvous.Point,
        isProtected: Bool, ahead: [TaskAhead]
    ) async throws -> TaskExecution.Effects {
        let execution = TaskExecution(task: task, run: run, isHandler: isHandler, ahead: ahead, hangsOn: hangsOn)
        let sharesFailure = isProtected && task.keywords.anyErrorsFatal == true
        // Of handlers it is asked when those that follow are done too.
        var start = point
        start.handler = 0
        do {
            let effects =
                task.keywords.runOnce == true ? try await once(execution, at: point) : try await execution.perform()
            if sharesFailure, !isHandler { try await share(at: point) }
            return effects
        } catch HostRun.Stop.failed(let failure) {
            if isProtected { try site.memory(of: run.host).note(failure) }
            if sharesFailure {
                await rendezvous.fail(failure, at: start)
            } else if !isProtected {
                await rendezvous.fail(run.host, isFatal: task.keywords.anyErrorsFatal == true)
            }
            throw HostRun.Stop.failed(failure)
        } catch {
            guard let reason = run.loss(error) else { throw error }
            if sharesFailure, !site.options.skipsUnreachable {
                await rendezvous.fail(execution.failure(asLost: reason), at: start)
            } else {
                await run.failAsLost(isFatal: task.keywords.anyErrorsFatal == true)
            }
            throw HostRun.Stop.lost(reason)
        }
    }

    /// Waits for the others where one failure is fatal for all, and goes to the rescue with them.
    private func share(at point: Rendezvous.Point) async throws {
        var end = point
        end.handler = .max
        await rendezvous.meet(at: end, by: run.host)
        try await follow(to: point)
    }

    /// Goes to the rescue where another host failed for all at the point, or at a handler that was run there.
    private func follow(to point: Rendezvous.Point) async throws {
        if let failure = await rendezvous.failure(at: point) { throw HostRun.Stop.failed(failure) }
    }

    /// One host of those that met acts; the others get what it registered and set, and share its failure or its loss.
    private func once(
        _ execution: TaskExecution, at point: Rendezvous.Point
    ) async throws -> TaskExecution.Effects {
        guard await rendezvous.acts(run.host, at: point) else {
            let shared = await rendezvous.outcome(at: point)
            let memory = try site.memory(of: run.host)
            memory.begin(execution.task, of: context)
            for (name, value) in shared.variables { memory.set(name, value, hangsOn: shared.hanging[name]) }
            if !shared.facts.isEmpty { memory.add(shared.facts) }
            // What it changed may be seen from here too: hosts share storage, and one machine may have two names.
            if shared.hasChanged { await site.outdate(run.host) }
            if let stop = shared.stop { throw stop }
            return .init()
        }
        do {
            let memory = try site.memory(of: run.host)
            let before = memory.read(\.recap.changed)
            let outcome = try await execution.perform()
            let hasChanged = memory.read(\.recap.changed) > before
            await rendezvous.share(
                .init(
                    variables: outcome.variables, facts: outcome.facts, hanging: outcome.hanging,
                    hasChanged: hasChanged), at: point)
            return outcome
        } catch HostRun.Stop.failed(let failure) {
            await rendezvous.share(
                .init(variables: failure.variables, stop: .failed(failure.elsewhere), hasChanged: true), at: point)
            throw HostRun.Stop.failed(failure)
        } catch {
            let failure = run.loss(error).map { HostRun.Stop.failed(execution.failure(asLost: $0).elsewhere) }
            await rendezvous.share(.init(stop: failure ?? .ended, hasChanged: true), at: point)
            throw error
        }
    }

    private func tasks(after task: PlaybookTask) -> [TaskAhead] {
        guard let here = ahead.firstIndex(where: { $0.task.id == task.id }) else { return after }
        return Array(ahead[(here + 1)...])
    }

    /// Runs the notified handlers in the order of their definitions, once each; one that is notified by a later one
    /// waits for the next flush.
    /// - Parameter task: the `meta` task that asked; nil at the section's end.
    func flushHandlers(
        _ notified: inout Set<Int>, for task: PlaybookTask? = nil, isProtected: Bool = false
    ) async throws {
        let rest = task.map(tasks(after:)) ?? after
        let start = task.map(point) ?? Rendezvous.Point(section: number, task: [.max])
        let sharesFailure = isProtected && context.play.handlers.contains { $0.keywords.anyErrorsFatal == true }
        notified.formUnion(try await takeOwed())
        for handler in context.play.handlers {
            let isNotified = notified.contains(handler.id)
            let hangsOn = try takePossible(handler)
            guard isNotified || hangsOn != nil else { continue }
            var point = start
            point.handler = handler.id
            try await come(to: point, meeting: context.isLockstep || handler.meets)
            if sharesFailure { try await follow(to: start) }
            notified.remove(handler.id)
            let ahead = context.handlers(notified) + rest
            notified.formUnion(
                try await perform(
                    handler, isHandler: true, hangsOn: isNotified ? nil : hangsOn, at: point, isProtected: isProtected,
                    ahead: ahead
                ).handlers)
            try await settle(handler)
        }
        if sharesFailure { try await share(at: start) }
    }

    /// In check mode: the task that may notify the handler, taken back.
    private func takePossible(_ handler: PlaybookTask) throws -> String? {
        guard site.options.check else { return nil }
        let memory = try site.memory(of: run.host)
        let task = memory.read { $0.possibleHandlers[handler.id] }
        memory.update { $0.possibleHandlers[handler.id] = nil }
        return task
    }
}
