import Health
import Modules
import Remote
import Synchronization

/// Hosts of a site that answer as a test says, and what they were asked.
final class StagedSite: Sendable {
    typealias Answer = @Sendable (_ host: String, _ fragment: Fragment) async throws -> Reply

    private let answer: Answer
    private let asked = Mutex<[(host: String, fragment: Fragment)]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    func host(_ name: String) -> any ActionHost { StagedHost(name: name, site: self) }

    /// The hosts that were asked for what holds, in order.
    func asked(where holds: (Fragment) -> Bool) -> [String] {
        asked.withLock { $0.filter { holds($0.fragment) }.map(\.host) }
    }

    fileprivate func run(_ fragment: Fragment, on host: String) async throws -> Reply {
        asked.withLock { $0.append((host, fragment)) }
        return try await answer(host, fragment)
    }
}

private struct StagedHost: ActionHost {
    let name: String
    let site: StagedSite
    let facts = HostFacts()
    let http: any HTTPProbe = NoHTTP()

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        var replies: [Reply] = []
        for fragment in fragments { replies.append(try await site.run(fragment, on: name)) }
        return replies
    }

    func peer(_ name: String) async throws -> any ActionHost { site.host(name) }
    func progress(_ text: String) async {}

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        throw TransportError.lost(host: name, reason: "no tunnels here")
    }

    private struct NoHTTP: HTTPProbe {
        func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
            throw HTTPError(url: request.url, reason: "no HTTP here")
        }
    }
}

extension Fragment {
    /// What it gives programs to read.
    var said: String { inputs.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }
}
