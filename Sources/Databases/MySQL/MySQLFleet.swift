import Modules
import Remote

/// The site's database servers as one task reaches them, from the host that the task runs on.
struct MySQLFleet: Sendable {
    let settings: MySQLSettings
    let desk: any ActionHost

    func host(_ name: String) async throws -> any ActionHost {
        name == desk.name ? desk : try await desk.peer(name)
    }

    /// Takes the site's lock on these hosts, so that everything seen afterwards holds.
    /// - Throws: the first host's error.
    func takeLock(on names: [String]) async throws {
        for (_, result) in await concurrently(names, { try await run(.changes(":"), on: $0) }) { _ = try result.get() }
    }

    /// Looks at these servers, all at once. Where a replica has transactions that the primary lacked when it was seen,
    /// the primary is looked at once more: it may have made them in between.
    func look(at names: [String]) async -> MySQLTopology {
        let first = await lookOnce(at: names)
        guard let primary = first.primary, first.servers.contains(where: { !first.errant($0).isEmpty }) else {
            return first
        }
        return first.looking(again: await lookOnce(at: [primary.name]).servers)
    }

    private func lookOnce(at names: [String]) async -> MySQLTopology {
        let seen = await concurrently(names) { name -> MySQLSight in
            let peer = try settings.peer(name)
            let replies = try await host(name).run(settings.look.fragments)
            return settings.look.sight(name, address: peer.address, replies)
        }
        return MySQLTopology(
            seen.map { name, result in
                switch result {
                case .success(let sight): sight
                case .failure(let error):
                    MySQLSight(
                        name: name, address: (try? settings.peer(name))?.address ?? name, silence: "\(error)")
                }
            })
    }

    /// - Throws: `ModuleFailure` when its MySQL does not answer in time.
    func waitUntil(_ name: String, answersWithin seconds: Int) async throws -> MySQLReport {
        let end = ContinuousClock.now + .seconds(seconds)
        var last: MySQLSight?
        repeat {
            try await Task.sleep(for: .seconds(1))
            last = await look(at: [name]).servers.first
            if let report = last?.report { return report }
        } while ContinuousClock.now < end
        throw ModuleFailure("\(name): MySQL did not start within \(seconds) s: \(last?.silence ?? "no answer")")
    }

    /// Rows of one question.
    func rows(_ statement: SQL, on name: String) async throws -> [[String]] {
        let probe = SQLProbe(statement, as: settings.login)
        let reply = try await run(
            .reads(SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(20)), on: name
        )
        return try SQLProbe.parse(reply, for: [probe])[0].get()
    }

    /// Runs a fragment on a server.
    @discardableResult
    func run(_ fragment: Fragment, on name: String) async throws -> Reply {
        try await host(name).run([fragment]).first ?? Reply(status: 1)
    }

    /// Makes a change of a server.
    /// - Throws: `ModuleFailure` with the server's name.
    @discardableResult
    func make(_ change: Change, on name: String) async throws -> Reply {
        let reply = try await run(change.fragment, on: name)
        guard reply.succeeded else { throw ModuleFailure("\(name): \(change.failure(reply))") }
        return reply
    }
}

/// Runs the body for each, all at once; the results are in order, and one's failure is its own.
func concurrently<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Result
) async -> [(Item, Swift.Result<Result, any Error>)] {
    await withTaskGroup(of: (Int, Swift.Result<Result, any Error>).self) { group in
        for (index, item) in items.enumerated() {
            group.addTask {
                do { return (index, .success(try await body(item))) } catch { return (index, .failure(error)) }
            }
        }
        var results = [Swift.Result<Result, any Error>?](repeating: nil, count: items.count)
        for await (index, result) in group { results[index] = result }
        return zip(items, results).compactMap { item, result in result.map { (item, $0) } }
    }
}
