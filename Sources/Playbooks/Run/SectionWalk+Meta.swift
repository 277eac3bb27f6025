import Modules
import YAML

extension SectionWalk {
    /// What a `meta` task does.
    func meta(
        _ task: PlaybookTask, at point: Rendezvous.Point, isProtected: Bool, notified: inout Set<Int>
    ) async throws {
        switch task.metaAction {
        case "flush_handlers":
            if try holds(task) { try await flushHandlers(&notified, for: task, isProtected: isProtected) }
        case "end_host":
            guard try holds(task) else { return }
            try site.memory(of: run.host).update { _ = $0.endedPlays.insert(context.index) }
            throw HostRun.Stop.ended
        case "end_batch": try await endAll(task, at: point, .batch)
        case "end_play": try await endAll(task, at: point, .play)
        default: break
        }
    }

    /// One host decides for all of them.
    private func endAll(_ task: PlaybookTask, at point: Rendezvous.Point, _ ending: Rendezvous.Ending) async throws {
        guard await rendezvous.acts(run.host, at: point) else {
            if let stop = await rendezvous.outcome(at: point).stop { throw stop }
            return
        }
        do {
            guard try holds(task) else { return await rendezvous.share(.init(), at: point) }
        } catch {
            await rendezvous.share(.init(stop: .ended), at: point)
            throw error
        }
        await rendezvous.end(ending)
        await rendezvous.share(.init(stop: .ended), at: point)
        throw HostRun.Stop.ended
    }

    private func holds(_ task: PlaybookTask) throws -> Bool {
        let source = ScopeSource(site: site, host: run.host, play: context, task: task)
        let preparation = Preparation(task: task, context: context, host: run.host, source: source)
        // In check mode what can't be told does not end anything: the tasks after it are planned.
        if case .met = try preparation.decision() { return true }
        return false
    }
}

extension PlaybookTask {
    var isMeta: Bool { module.spec.name == "ansible.builtin.meta" }

    /// What a `meta` task does; the static check has seen to it that it is known.
    var metaAction: String? { isMeta ? arguments.first?.value.string : nil }

    /// All hosts come to it before one of them acts.
    var meets: Bool { keywords.runOnce == true || ["end_play", "end_batch"].contains(metaAction) }

    static let metaActions: Set<String> = ["flush_handlers", "end_host", "end_play", "end_batch", "noop"]
}
