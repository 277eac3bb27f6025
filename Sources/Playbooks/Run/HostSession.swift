import FoundationEssentials
import Modules
import Remote

/// A host's connection for the length of a run: its shells, and all that was seen since the host last changed.
///
/// Looking at a host is free of order, so what later tasks will want to know is asked along (`ahead`); whatever changes
/// the host makes everything seen stale, and the same round trip that changes it looks again.
actor HostSession {
    /// Called with what changes print, while they run.
    typealias Hearing = @Sendable (StreamedOutput) -> Void

    let host: String
    let endpoint: Endpoint
    nonisolated let turn = Turn()
    private let transport: any Transport
    private var connecting: Task<any HostConnection, any Error>?
    var shells: [Become?: any RemoteShell] = [:]
    /// Somebody has asked for a shell.
    private var isGreeted = false
    private var seen: [Become?: Findings] = [:]
    /// What was found last, however long ago: by this it is guessed how far to look ahead, and nothing is decided.
    private(set) var recalled: [Become?: Findings] = [:]
    /// Grows with every change: what was looked at meanwhile is not kept.
    private var changes = 0
    private let lock: HostLock?
    private let owedFolder: OwedFolder
    private let extent: HostFacts.Extent
    var owed = OwedState()
    /// The site's lock as each account's shell found it when it started.
    private var sightings: [Become?: LockSighting] = [:]
    /// Requests under way in the accounts' own shells: those that only look, and those that change something.
    var looking = 0
    var changing = 0
    /// A change was given up by this side while it was under way: the host finishes it by itself.
    private(set) var leftWorking = false

    init(
        endpoint: Endpoint, transport: any Transport, lock: HostLock? = nil, owed: OwedFolder = OwedFolder(),
        facts: HostFacts.Extent = .all
    ) {
        host = endpoint.name
        self.endpoint = endpoint
        self.transport = transport
        self.lock = lock
        owedFolder = owed
        extent = facts
    }

    /// Logs in unless that was done, and reads the facts.
    /// - Parameter ahead: what else to look at in the same round trip, when the account's shell has to be started.
    /// - Throws: `TransportError`.
    func facts(as account: Become?, ahead: @Sendable () -> [any Probe] = { [] }) async throws -> HostFacts {
        try HostFacts(parsing: try await shell(as: account, ahead: ahead).greeting.first ?? Reply())
    }

    /// The findings of all the probes wanted, from memory where nothing changed since; what is missing is asked in one
    /// round trip together with the probes `ahead`.
    func findings(
        _ wanted: [any Probe], as account: Become?, ahead: @Sendable () -> [any Probe]
    ) async throws -> Findings {
        let known = seen[account] ?? Findings()
        let missing = wanted.filter { !known.has($0) }
        guard !missing.isEmpty else { return known }
        let more = ahead().filter { !known.has($0) }
        let found = try await look(missing + more, as: account, leniently: !more.isEmpty)
        // One that could not be read asks for itself, and then says why.
        return wanted.allSatisfy(found.has) ? found : try await look(wanted, as: account)
    }

    /// Makes the probes again, whatever was seen.
    func freshFindings(_ wanted: [any Probe], as account: Become?) async throws -> Findings {
        try await look(wanted, as: account)
    }

    /// Runs changing fragments and looks ahead in the same round trip.
    func change(
        _ fragments: [Fragment], as account: Become?, ahead: [any Probe], hearing: Hearing? = nil
    ) async throws -> [Reply] {
        forget()
        let before = changes
        defer { changes += 1 }
        let inspection = Inspection(ahead)
        let replies = try await send(fragments + inspection.fragments, as: account, hearing: hearing)
        // Nobody knows whether what others looked at meanwhile was before the change or after it.
        seen = [:]
        keep(Array(replies.dropFirst(fragments.count)), of: inspection, as: account, ifUnchangedSince: before)
        return Array(replies.prefix(fragments.count))
    }

    /// Whether this run has changed the host, or may have.
    var hasChanged: Bool { changes > 0 }

    /// Runs an action's fragments: unless all of them only read, everything seen becomes stale.
    func run(_ fragments: [Fragment], as account: Become?, hearing: Hearing? = nil) async throws -> [Reply] {
        let changing = fragments.contains { $0.effect == .changes }
        if changing { forget() }
        defer { if changing { forget() } }
        return try await send(fragments, as: account, hearing: hearing)
    }

    /// Runs an action's fragment that is fed while it runs; everything seen becomes stale.
    func run(_ fragment: Fragment, fedBy feed: any ByteFeed, as account: Become?) async throws -> Reply {
        forget()
        defer { forget() }
        let shell = try await shell(as: account)
        let guarded = try await lock?.guarded([fragment], as: account, seen: sightings[account], by: self)
        changing += 1
        defer { changing -= 1 }
        guard let lock, let guarded else { return try await shell.run(fragment, fedBy: feed) }
        let reply = try await shell.run(guarded.first ?? fragment, fedBy: feed)
        try await lock.judge([reply], as: account, by: self)
        return reply
    }

    /// Time has passed for something to come about: what was seen is looked at again.
    func outdate() { seen = [:] }

    /// The host has changed, or may have.
    private func forget() {
        seen = [:]
        changes += 1
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await connection().tunnel(to: address, port: port)
    }

    func close() async {
        if let connection = try? await connecting?.value { await connection.close() }
        connecting = nil
        shells = [:]
    }

    /// - Parameter leniently: what can't be read is left out.
    private func look(
        _ probes: [any Probe], as account: Become?, leniently: Bool = false
    ) async throws -> Findings {
        let before = changes
        let inspection = Inspection(probes)
        let replies = try await send(inspection.fragments, as: account)
        let isFresh = changes == before
        var findings = isFresh ? seen[account] ?? Findings() : Findings()
        if leniently {
            inspection.readWhatIsReadable(replies, into: &findings)
        } else {
            try inspection.read(replies, into: &findings)
        }
        recalled[account, default: Findings()].merge(findings)
        if isFresh { seen[account] = findings }
        return findings
    }

    func shell(as account: Become?, ahead: @Sendable () -> [any Probe] = { [] }) async throws -> any RemoteShell {
        if let shell = shells[account] { return shell }
        let looks = [HostFacts.greeting(extent)] + (lock.map { [$0.lock.file.look] } ?? []) + [owedFolder.look]
        // Of several who ask at once, perhaps for one account by two names, the first decides what is looked at.
        let inspection = Inspection(isGreeted ? [] : ahead())
        isGreeted = true
        let before = changes
        let shell = try await connection().shell(
            as: account, greeting: [.reads(.lines(looks))] + inspection.fragments)
        guard shells[account] == nil else { return shell }
        shells[account] = shell
        let greeting = shell.greeting.first ?? Reply()
        learnOwed(greeting, as: account)
        if lock != nil { sightings[account] = LockSighting(parsing: greeting.stdout) }
        keep(Array(shell.greeting.dropFirst()), of: inspection, as: account, ifUnchangedSince: before)
        return shell
    }

    /// Keeps what a look ahead has found. What can't be read is looked at again when its task's turn comes, and fails
    /// there.
    private func keep(
        _ replies: [Reply], of inspection: Inspection, as account: Become?, ifUnchangedSince before: Int
    ) {
        guard changes == before, replies.count == inspection.fragments.count else { return }
        var findings = seen[account] ?? Findings()
        inspection.readWhatIsReadable(replies, into: &findings)
        recalled[account, default: Findings()].merge(findings)
        seen[account] = findings
    }

    /// One round trip; what changes the host does so under the site's lock.
    /// - Throws: `TransportError`, `LockRefusal`; `StaleLook` when nothing was changed because others did meanwhile.
    func send(_ fragments: [Fragment], as account: Become?, hearing: Hearing? = nil) async throws -> [Reply] {
        guard let settled = owed.settled[account], fragments.contains(where: { $0.effect == .changes }) else {
            return try await sendLocked(fragments, as: account, hearing)
        }
        let replies = try await sendLocked(
            forgetting(settled, with: fragments, in: owedFolder), as: account, hearing)
        owed.settled[account]?.subtract(settled)
        return replies
    }

    private func sendLocked(
        _ fragments: [Fragment], as account: Become?, _ hearing: Hearing?
    ) async throws -> [Reply] {
        let shell = try await shell(as: account)
        guard let lock, fragments.contains(where: { $0.effect == .changes }) else {
            looking += 1
            defer { looking -= 1 }
            return try await replies(of: shell, to: fragments, hearing)
        }
        let guarded = try await lock.guarded(fragments, as: account, seen: sightings[account], by: self)
        changing += 1
        defer { changing -= 1 }
        let replies = try await replies(of: shell, to: guarded, hearing)
        try await lock.judge(replies, as: account, by: self)
        return replies
    }

    private func replies(
        of shell: any RemoteShell, to fragments: [Fragment], _ hearing: Hearing?
    ) async throws -> [Reply] {
        let sent = Date.now
        do {
            var replies =
                if let hearing { try await shell.run(fragments, hearing: hearing) } else {
                    try await shell.run(fragments)
                }
            let times = ReplyTimes(
                sent: sent.timeIntervalSince1970, answered: Date.now.timeIntervalSince1970)
            for index in replies.indices { replies[index].times = times }
            return replies
        } catch {
            if Task.isCancelled, fragments.contains(where: { $0.effect == .changes }) { leftWorking = true }
            throw error
        }
    }

    func connection() async throws -> any HostConnection {
        if let connecting { return try await connecting.value }
        let endpoint = endpoint
        let transport = transport
        let task = Task { try await transport.connect(to: endpoint) }
        connecting = task
        return try await task.value
    }
}
