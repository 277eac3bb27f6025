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
    /// The complete releases with their manifests' digests.
    package var releases: [ReleaseID: String] = [:]
    /// Oldest first.
    package var journal: [Entry] = []

    package init() {}

    package func isBad(_ id: ReleaseID) -> Bool { verdict(on: id) == .bad }

    /// A release that served and was not given up.
    package func isGood(_ id: ReleaseID) -> Bool { verdict(on: id) == .live || verdict(on: id) == .good }

    /// The live release, and its rollout on this host came to its end: nothing is left to do for it.
    package func isServing(_ id: ReleaseID) -> Bool { current == id && verdict(on: id) == .good }

    /// It came through a rollout on this host, and was not given up since.
    package func isProven(_ id: ReleaseID) -> Bool {
        journal.last { $0.id == id && [.good, .bad].contains($0.event) }?.event == .good
    }

    private func verdict(on id: ReleaseID) -> Event? {
        journal.last { $0.id == id && [.live, .good, .bad].contains($0.event) }?.event
    }

    /// Where a rollback leads: the release that was live last before the current one, is there, and is not bad.
    package var previous: ReleaseID? {
        journal.last { entry in
            entry.event == .live && entry.id != current && releases[entry.id] != nil && !isBad(entry.id)
        }?.id
    }

    package var lastStaged: ReleaseID? {
        journal.last { $0.event == .staged && releases[$0.id] != nil }?.id
    }

    /// The newest good releases first.
    var good: [ReleaseID] {
        var seen: Set<ReleaseID> = []
        return journal.reversed().filter { $0.event == .live && seen.insert($0.id).inserted }
            .map(\.id).filter { releases[$0] != nil && isGood($0) }
    }

    /// What may go: all but the live one, the one before, the one staged last, and the newest good ones. A live one that
    /// has not come through its rollout yet takes no other's place: it may turn out bad.
    package func superfluous(keeping count: Int) -> [ReleaseID] {
        let proven = good.filter { $0 != current || isServing($0) }
        let kept = Set(proven.prefix(max(1, count)) + [current, previous, lastStaged].compactMap { $0 })
        return releases.keys.filter { !kept.contains($0) }.sorted()
    }

    package func time(_ event: Event, of id: ReleaseID) -> Int? {
        journal.last { $0.id == id && $0.event == event }?.time
    }
}
