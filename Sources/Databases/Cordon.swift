import Modules
import Remote

/// Cuts a server that can't be stopped off from all who might write to it.
struct Cordon: Sendable {
    let fence: FenceScripts
    let desk: any ActionHost
    let clients: [String]

    private var dead: String { fence.server.name }

    /// - Parameter reason: why it could not be stopped.
    /// - Throws: `ModuleFailure` when not every client could be cut off; then none is.
    func cutOff(_ reason: String) async throws -> Fence {
        let (hosts, failures) = await cutOffEach(within: .seconds(30))
        guard !failures.isEmpty else { return .cutOff(hosts) }
        // Those too where it failed: it may have come half way.
        _ = await concurrently(hosts + failures.map(\.host)) { name -> Void in
            _ = try await limited(to: .seconds(20)) { try await run(fence.letThrough, on: name) }
        }
        throw ModuleFailure(
            """
            \(dead) may still take writes: \(reason)
            and not every client can be cut off from it:
            \(failures.map(\.reason).joined(separator: "\n"))
            if it came back beside a new primary, both would take writes that the other never gets
            switch \(dead) off, or pull its cable; then say --fenced \(dead)
            """)
    }

    /// For a server that takes no write any more by a person's word: should it come back all the same, those at least who
    /// can be cut off do not write to it. Nobody who can't is a reason to stop, and what came half way stays.
    func cutOffWhoCanBe() async -> Fence {
        let (hosts, failures) = await cutOffEach(within: .seconds(10))
        return .sworn(cutOff: hosts, missed: failures.map(\.reason))
    }

    private func cutOffEach(within limit: Duration) async -> (
        hosts: [String], failures: [(host: String, reason: String)]
    ) {
        let all = clients.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        await desk.progress("cutting \(dead) off on \(all.joined(separator: ", "))")
        let done = await concurrently(all) { name -> Void in
            let reply = try await limited(to: limit) { try await run(fence.cutOff, on: name) }
            guard reply.succeeded else { throw ModuleFailure("cut \(dead) off", reply) }
        }
        var (hosts, failures) = ([String](), [(host: String, reason: String)]())
        for (name, result) in done {
            switch result {
            case .success: hosts.append(name)
            case .failure(let error):
                let text = "\(error)"
                failures.append((name, text.hasPrefix(name) ? text : "\(name): \(text)"))
            }
        }
        return (hosts, failures)
    }

    /// What became of fences that were to be taken away.
    struct Passage: Sendable {
        let server: String
        /// The hosts where there was one, which may reach the server again.
        var opened: [String] = []
        /// The hosts that could not be asked, or would not.
        var unsure: [String] = []

        /// What was changed.
        var changes: [String] {
            opened.isEmpty ? [] : ["\(opened.joined(separator: ", ")) may reach \(server) again"]
        }

        /// What a person has to look at.
        var warnings: [String] {
            guard !unsure.isEmpty else { return [] }
            let hosts = unsure.joined(separator: ", ")
            return [
                "\(hosts) could not be asked whether an earlier failover keeps it from \(server): where it does, 'nft list tables' names an intchain_fence"
            ]
        }
    }

    /// Takes the fence away. Whoever can't be asked soon holds nobody up.
    func letThrough() async -> Passage {
        let done = await concurrently(clients) { host -> Bool in
            try await limited(to: .seconds(5)) {
                guard try await run(fence.look, on: host).output.contains("yes") else { return false }
                let reply = try await run(fence.letThrough, on: host)
                guard reply.succeeded else { throw ModuleFailure("take the fence away", reply) }
                return true
            }
        }
        var passage = Passage(server: fence.server.name)
        for (host, result) in done {
            switch result {
            case .success(true): passage.opened.append(host)
            case .success(false): break
            case .failure: passage.unsure.append(host)
            }
        }
        return passage
    }

    private func run(_ fragment: Fragment, on name: String) async throws -> Reply {
        let host = name == desk.name ? desk : try await desk.peer(name)
        return try await host.run([fragment]).first ?? Reply(status: 1)
    }
}
