extension SectionWalk {
    /// What an earlier run has left of this play's handlers: it ran into its own end in the play's tasks, so not before
    /// those are done.
    func takeOwed() async throws -> Set<Int> {
        guard number > 0 || after.allSatisfy({ $0.context.index != context.index }) else { return [] }
        let names = HandlerNames(context: context, host: run.host)
        let keys = Dictionary(context.play.handlers.map { (names.owed($0), $0) }) { first, _ in first }
        let taken = try await site.session(of: run.host).takeOwed(Set(keys.keys))
        try await tellOrphans()
        guard !taken.isEmpty else { return [] }
        let handlers = context.play.handlers.filter { taken.contains(names.owed($0)) }
        let numbers = Set(handlers.map(\.id))
        try site.memory(of: run.host).update {
            $0.owed.formUnion(taken)
            $0.leftHandlers.formUnion(numbers)
        }
        await site.tell(.handlersOwed(host: run.host, handlers: handlers.map(\.label)))
        return numbers
    }

    /// What is owed by a name that the play or one of its roles had once: nobody will ever run it.
    private func tellOrphans() async throws {
        let session = try site.session(of: run.host)
        guard await !session.owed.found.isEmpty else { return }
        let names = ([context] + run.later).map { HandlerNames(context: $0, host: run.host) }
        let known = Set(names.flatMap { names in names.context.play.handlers.map(names.owed) })
        let prefixes = HandlerNames(context: context, host: run.host).owners
        let orphans = await session.takeOrphans { [host = run.host] handler in
            handler.host == host && !known.contains(handler) && prefixes.contains { handler.name.hasPrefix($0) }
        }
        guard !orphans.isEmpty else { return }
        await site.tell(.handlersOrphaned(host: run.host, handlers: orphans.map { ($0.handler.name, $0.file) }))
    }

    /// The handler has had its turn.
    func settle(_ handler: PlaybookTask) async throws {
        guard !site.options.check else { return }
        let owed = HandlerNames(context: context, host: run.host).owed(handler)
        try site.memory(of: run.host).update { _ = $0.owed.remove(owed) }
        try await site.session(of: run.host).settle([owed])
    }
}
