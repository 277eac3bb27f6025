import Modules
import Remote

/// Looks at a Redis server that may be dead, from its own host and from all others, at the same time.
struct RedisVigil: Sendable {
    let settings: RedisSettings
    let fleet: RedisFleet

    /// Less than four seconds for a server that hangs, half a second for one that refuses connections.
    func signs(of dead: String) async -> VitalSigns {
        let others = settings.servers.map(\.name).filter { $0 != dead }
        guard let peer = settings.servers.first(where: { $0.name == dead }) else {
            return VitalSigns(own: .unknown("?"), isReached: false, replicas: [:])
        }
        async let own = knock(settings.login(at: peer), times: 1, from: dead)
        let seen = await concurrently(others) { name -> (Vital, RedisReport?, ContinuousClock.Instant) in
            let vital = try await knock(settings.login(to: peer), times: 3, from: name)
            let asked = ContinuousClock.now
            return (vital, await fleet.look(at: [name], within: 2).servers.first?.report, asked)
        }
        var signs = VitalSigns(own: .unknown("?"), isReached: false, replicas: [:])
        do { (signs.own, signs.isReached) = (try await own, true) } catch { signs.own = .dead("\(error)") }
        for (name, result) in seen {
            guard case .success(let (vital, report, asked)) = result else {
                signs.replicas[name] = .unknown("it does not answer")
                continue
            }
            signs.replicas[name] = vital
            if let bound = report?.heardWithin { signs.heard[name] = asked - .seconds(bound) }
            guard report?.isLinked == true, let silence = report?.silence.map(Double.init) else { continue }
            signs.silence = min(silence, signs.silence ?? silence)
        }
        return signs
    }

    func knock(_ login: RedisLogin, times: Int, from name: String) async throws -> Vital {
        let fragment = Self.knock(login, times: times)
        return Self.vital(try await limited(to: .seconds(9)) { try await fleet.run(fragment, on: name) })
    }

    /// A knock waits for a second, or for two where it is the only one; the first that is answered is the last.
    static func knock(_ login: RedisLogin, times: Int) -> Fragment {
        .reads(
            """
            tries=0
            while :; do
            said=$(timeout \(times == 1 ? 2 : 1) redis-cli -h \(login.address) -p \(login.port) <"$in1" 2>&1)
            status=$?
            case $status$said in 0|124*|*'Could not connect'*|*Error:*) ;; *) break;; esac
            tries=$((tries + 1)); [ "$tries" -lt \(times) ] || break
            sleep 0.3
            done
            printf '%s\\n' "$said"; exit "$status"
            """, inputs: [login.script([["PING"]])], timeout: .seconds(8))
    }

    /// Any answer at all is life: also that it is loading, or wants a password.
    static func vital(_ reply: Reply) -> Vital {
        let text = reply.output.split(whereSeparator: \.isNewline).joined(separator: " ")
        let isSilent =
            text.isEmpty || text.contains("Could not connect") || text.contains("Error:") || reply.status == 124
        return isSilent ? .dead(text.isEmpty ? "no answer" : text) : .alive("answers: \(text)")
    }
}
