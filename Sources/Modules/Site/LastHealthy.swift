import Health
import OrderedCollections
import Remote
import YAML

/// Nginx keeps its last healthy server: one is drained only when another that takes requests is well, or when it is ill
/// itself. The balancer asks, through its tunnel: what counts is what it reaches.
struct LastHealthy: Sendable {
    /// Where a server tells that it is well.
    let path: String

    private static let patience = HealthPolicy(
        consecutive: 1, interval: .milliseconds(300), deadline: .seconds(3), requestTimeout: .seconds(3))

    /// - Throws: `ModuleFailure`, with `last_healthy` in its result, when the server is the last one.
    func refuse(_ server: String, of upstream: UpstreamFile, on host: any ActionHost) async throws {
        let others = upstream.up.map(\.address).filter { $0 != server }
        await host.progress("asking \(others.joined(separator: ", "))")
        let answers = await ask(others, on: host)
        try Task.checkCancellation()
        guard !answers.contains(where: \.isHealthy) else { return }
        guard await ask([server], on: host).contains(where: \.isHealthy) else { return }
        throw ModuleFailure(
            (["\(server) is the last healthy server on \(host.name): it cannot be drained"] + answers.map { "  \($0)" })
                .joined(separator: "\n"), result: ["last_healthy": true])
    }

    /// The answers, up to the first good one; a server that is down may take long to be given up.
    private func ask(_ servers: [String], on host: any ActionHost) async -> [HealthResult] {
        let prober = HealthProber(http: host.http) { try await host.tunnel(to: $0, port: $1) }
        let checks = servers.compactMap(check)
        return await withTaskGroup(of: HealthResult?.self) { group in
            for check in checks { group.addTask { await prober.run(check, policy: Self.patience) } }
            // To connect to a server that is down may take minutes.
            group.addTask {
                try? await Task.sleep(for: Self.patience.deadline * 2)
                return nil
            }
            var results: [HealthResult] = []
            for await result in group {
                if let result { results.append(result) }
                if result?.isHealthy ?? true || results.count == checks.count { group.cancelAll() }
            }
            return results
        }
    }

    /// - Parameter server: `address:port`; an IPv6 address is in brackets.
    private func check(_ server: String) -> HealthCheck? {
        guard let colon = server.lastIndex(of: ":"), let port = Int(server[server.index(after: colon)...]) else {
            return nil
        }
        let address = server[..<colon].filter { $0 != "[" && $0 != "]" }
        return HealthCheck(name: server, target: .inside(address: address, port: port, path: path))
    }
}
