/// What a host knows of its releases: which are there, which one is live, and what happened to each.
package struct ReleaseHistory: Hashable, Sendable {
    package enum Event: String, Hashable, Sendable { case staged, live, good, bad, removed }

    package struct Entry: Hashable, Sendable {
        /// Seconds since 1970, by the host's clock.
        package var time: Int
        package var event: Event
        package var id: ReleaseID
    }

    /// What `current` links to.
    package var current: ReleaseID?
    /// The complete releases.
    package var releases: Set<ReleaseID> = []
    /// Oldest first.
    package var journal: [Entry] = []

    package init() {}

    package func isBad(_ id: ReleaseID) -> Bool { verdict(on: id) == .bad }

    /// The live release, and its rollout on this host came to its end: nothing is left to do for it.
    package func isServing(_ id: ReleaseID) -> Bool { current == id && verdict(on: id) == .good }

    /// It came through a rollout on this host, and was not given up since.
    package func isProven(_ id: ReleaseID) -> Bool {
        journal.last { $0.id == id && [.good, .bad].contains($0.event) }?.event == .good
    }

    private func verdict(on id: ReleaseID) -> Event? {
        journal.last { $0.id == id && [.live, .good, .bad].contains($0.event) }?.event
    }

    /// Where a rollback leads: the proven release that was live last before the current one. Where none is proven, not
    /// even the current one, it is the one that was live before and not given up.
    package var previous: ReleaseID? {
        let others = served.filter { $0 != current }
        if let proven = others.first(where: isProven) { return proven }
        return current.map(isProven) == true ? nil : others.first
    }

    /// It was live, and no rollout of it came to its end: it was aborted, or paused and another one came.
    package func isUnproven(_ id: ReleaseID) -> Bool { served.contains(id) && !isProven(id) }

    package var lastStaged: ReleaseID? {
        journal.last { $0.event == .staged && releases.contains($0.id) }?.id
    }

    /// What was live and was not given up, the newest first.
    private var served: [ReleaseID] {
        var seen: Set<ReleaseID> = []
        return journal.reversed().filter { $0.event == .live && seen.insert($0.id).inserted }
            .map(\.id).filter { releases.contains($0) && !isBad($0) }
    }

    /// The proven releases, the newest first; where there is none, those that served.
    private var good: [ReleaseID] {
        let proven = served.filter(isProven)
        return proven.isEmpty ? served : proven
    }

    /// What may go: all but the live one, the one before, the one staged last, and the newest good ones. A live one that
    /// has not come through its rollout yet takes no other's place: it may turn out bad.
    package func superfluous(keeping count: Int) -> [ReleaseID] {
        let isSettled = current.map(isServing) ?? true
        let others = good.filter { $0 != current || isSettled }
        // Before that there are two to be kept: the one that it may be left for, and that one's own way back.
        let least = isSettled ? 1 : 2
        // A rollout that is under way on other servers may still go back to what served before it, proven or not.
        let before = previous ?? served.first { $0 != current }
        let kept = Set(others.prefix(max(least, count)) + [current, before, lastStaged].compactMap { $0 })
        return releases.filter { !kept.contains($0) }.sorted()
    }

    package func time(_ event: Event, of id: ReleaseID) -> Int? {
        journal.last { $0.id == id && $0.event == event }?.time
    }
}
