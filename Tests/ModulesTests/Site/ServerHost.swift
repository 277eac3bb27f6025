import Health
import Modules
import Remote

/// A real host as actions see it: its shell only.
struct ServerHost: ActionHost {
    let name = "server"
    let facts = HostFacts()
    let http: any HTTPProbe = NoHTTP()
    let shell: ServerShell

    func run(_ fragments: [Fragment]) async throws -> [Reply] { try fragments.map(shell.run) }
    func peer(_ name: String) async throws -> any ActionHost { self }
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
