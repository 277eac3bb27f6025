import Modules
import Remote

/// Looks at a primary that may be dead, from its own host and from all replicas, until that is certain.
struct MySQLVigil: Sendable {
    let settings: MySQLSettings
    let fleet: MySQLFleet
    let dead: String
    let witnesses: [String]

    /// Looks until the primary's death is certain.
    /// - Throws: `ModuleFailure` when anybody sees it alive.
    func certainty() async throws -> VitalSigns {
        var looks: [VitalSigns] = []
        let start = ContinuousClock.now
        for round in 0..<20 {
            await fleet.desk.progress("is \(dead) dead? look \(round + 1)")
            let next = ContinuousClock.now + .seconds(1)
            let begun = ContinuousClock.now - start
            var signs = await look()
            signs.begun = begun
            looks.append(signs)
            if try Death.isCertain(of: dead, .mysql, looks) { return signs }
            try await Task.sleep(until: next, clock: .continuous)
        }
        throw ModuleFailure("a replica still hears \(dead): it is not surely dead, so nothing was done")
    }

    private func look() async -> VitalSigns {
        async let own = lookFromItsHost()
        let seen = await concurrently(witnesses) { try await self.lookFromReplica($0) }
        var signs = VitalSigns(own: await own.vital, isReached: await own.isReached, replicas: [:])
        for (name, result) in seen {
            switch result {
            case .success(let (vital, silence)):
                signs.replicas[name] = vital
                if let silence { signs.silence = min(silence, signs.silence ?? silence) }
            case .failure(let error): signs.replicas[name] = .unknown("\(error)")
            }
        }
        return signs
    }

    private static let question: SQL = "SELECT 1"

    private func lookFromItsHost() async -> (vital: Vital, isReached: Bool) {
        do {
            let login = settings.login.patient(2)
            return (try await fleet.vital(Self.question, as: login, from: dead), true)
        } catch {
            return (.dead("\(error)"), false)
        }
    }

    /// What a replica gets as an answer, and how long ago it heard the primary on its own; nil when that has ended.
    private func lookFromReplica(_ name: String) async throws -> (Vital, Double?) {
        let login = settings.login(to: try settings.peer(dead)).patient(2)
        async let answer = fleet.vital(Self.question, as: login, from: name)
        let channel = await fleet.look(at: [name]).servers.first?.report?.channel
        return (try await answer, channel?.receiver == "ON" ? channel?.silence : nil)
    }
}

extension MySQLFleet {
    /// What a server's answer to a question from a host proves.
    /// - Throws: what kept the host itself from being asked.
    func vital(_ statement: SQL, as login: MySQLLogin, from name: String) async throws -> Vital {
        let probe = SQLProbe(statement, as: login)
        let fragment = Fragment.reads(
            SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(3))
        let reply = try await limited(to: .seconds(6)) { try await run(fragment, on: name) }
        guard reply.status != 124 else { return Vital(.refused(SQLError(code: 0, message: "no answer within 3 s"))) }
        return Vital(try SQLProbe.parse(reply, for: [probe])[0])
    }
}

extension MySQLLogin {
    func patient(_ seconds: Int) -> MySQLLogin {
        var login = self
        login.connectTimeout = seconds
        return login
    }
}

/// Runs the body, and gives up on it when the time is over.
/// - Throws: `ModuleFailure` then.
func limited<Result: Sendable>(
    to limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() ?? nil else {
            throw ModuleFailure("no answer within \(limit.components.seconds) s")
        }
        return result
    }
}
