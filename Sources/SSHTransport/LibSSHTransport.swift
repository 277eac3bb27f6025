package import Remote
import Glibc
import Synchronization

/// Logs in to hosts with libssh. A few threads, one a core, each carry many sessions.
package final class LibSSHTransport: Transport {
    private let loops: [SessionLoop]
    private let next = Atomic(0)
    private let note: @Sendable (String, String) -> Void

    /// - Parameters:
    ///   - directory: what stands for `~/.ssh` (config, known_hosts, keys); nil: the user's own.
    ///   - note: told the host's name and something worth knowing while an answer takes its time.
    package init(
        directory: String? = nil, note: @escaping @Sendable (_ host: String, _ text: String) -> Void = { _, _ in }
    ) {
        let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        loops = (0..<count).map { _ in SessionLoop(directory: directory) }
        self.note = note
    }

    package func connect(to endpoint: Endpoint) async throws -> any HostConnection {
        let loop = nextLoop()
        let session = try await loop.connect(to: endpoint, acceptedKey: nil)
        return SSHConnection(loop: loop, session: session, host: endpoint.name, note: note)
    }

    /// Records the host's key in the known_hosts file, when it is the one with this fingerprint (`SHA256:…`).
    ///
    /// - Throws: `TransportError`; `unknownHostKey` with the real fingerprint when it is another one.
    package func acceptHostKey(of endpoint: Endpoint, fingerprint: String) async throws {
        let loop = nextLoop()
        let session = try await loop.connect(to: endpoint, acceptedKey: fingerprint)
        loop.abandon(session)
    }

    private func nextLoop() -> SessionLoop {
        loops[next.add(1, ordering: .relaxed).oldValue % loops.count]
    }
}

/// A session, closed with the last reference.
final class SSHConnection: HostConnection {
    private let loop: SessionLoop
    private let session: Int
    private let host: String
    private let note: @Sendable (String, String) -> Void

    init(loop: SessionLoop, session: Int, host: String, note: @escaping @Sendable (String, String) -> Void) {
        self.loop = loop
        self.session = session
        self.host = host
        self.note = note
    }

    deinit { loop.abandon(session) }

    func shell(as account: Become?, greeting: [Fragment]) async throws -> any RemoteShell {
        let (host, note) = (host, note)
        let shell = try await loop.shell(of: session, as: account, greeting: greeting) { note(host, $0) }
        return SSHShell(connection: self, loop: loop, session: session, id: shell.id, greeting: shell.greeting)
    }

    func companion(as account: Become?) async throws -> any RemoteShell {
        let shell = try await loop.shell(of: session, as: account, isCompanion: true, greeting: []) { _ in }
        return SSHShell(connection: self, loop: loop, session: session, id: shell.id, greeting: shell.greeting)
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await loop.tunnel(of: session, to: address, port: port)
    }

    func close() async {
        await loop.close(session, TransportError.lost(host: host, reason: "the connection is closed"))
    }
}

struct SSHShell: RemoteShell {
    /// Keeps the session open.
    let connection: SSHConnection
    let loop: SessionLoop
    let session: Int
    let id: Int
    let greeting: [Reply]

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        try await loop.run(fragments, shell: id, session: session) { _ in }
    }

    func run(
        _ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] { try await loop.run(fragments, shell: id, session: session, hearing: hearing) }

    func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply {
        let request = loop.newID()
        return try await withThrowingTaskGroup(of: FedPart.self) { group in
            group.addTask { .answered(try await loop.run(fragment, fedAs: request, shell: id, session: session)) }
            group.addTask { .fed(await give(feed, to: request)) }
            var (reply, failure): (Reply?, (any Error)?) = (nil, nil)
            // A lost shell throws here, which cancels a feed that has nothing to give just now.
            for try await part in group {
                switch part {
                case .answered(let answer): reply = answer
                case .fed(let error): failure = error
                }
            }
            if let failure { throw failure }
            return reply ?? Reply(status: 1)
        }
    }

    private enum FedPart: Sendable {
        case answered(Reply)
        /// Why the feed could not give all.
        case fed((any Error)?)
    }

    private func give(_ feed: any ByteFeed, to request: Int) async -> (any Error)? {
        var failure: (any Error)?
        do {
            while let bytes = try await feed.next() {
                guard !bytes.isEmpty else { continue }
                try await loop.feed(bytes, to: request, shell: id, session: session)
            }
        } catch {
            failure = error
        }
        // Without its end the fragment would wait for ever; when the shell is gone, the reply says so.
        try? await loop.feed([], to: request, shell: id, session: session)
        return failure
    }
}
