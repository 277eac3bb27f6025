import FoundationEssentials
package import Remote

/// Makes health checks, several at once, through tunnels or directly.
package struct HealthProber: Sendable {
    package typealias Tunnel = @Sendable (_ address: String, _ port: Int) async throws -> TunnelSocket

    private let http: any HTTPProbe
    private let tunnel: Tunnel?

    /// - Parameter tunnel: opens a stream as seen from a host; nil asks inside addresses from here.
    package init(http: any HTTPProbe, tunnel: Tunnel?) {
        self.http = http
        self.tunnel = tunnel
    }

    /// All checks at once; results in the checks' order. A cancelled task ends with what was seen so far.
    package func run(_ checks: [HealthCheck], policy: HealthPolicy) async -> [HealthResult] {
        await withTaskGroup(of: (Int, HealthResult).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await run(check, policy: policy)) }
            }
            var results: [(Int, HealthResult)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Asks until enough good answers came in a row or the deadline has passed.
    package func run(_ check: HealthCheck, policy: HealthPolicy) async -> HealthResult {
        let end = ContinuousClock.now + policy.deadline
        var good = 0
        var attempts = 0
        while true {
            attempts += 1
            var result = await ask(check, timeout: policy.requestTimeout)
            result.attempts = attempts
            good = result.isHealthy ? good + 1 : 0
            if good == policy.consecutive { return result }
            let isLate = ContinuousClock.now + policy.interval > end && good == 0
            result.isHealthy = false
            if isLate { return result }
            do { try await Task.sleep(for: policy.interval) } catch { return result }
        }
    }

    private func ask(_ check: HealthCheck, timeout: Duration) async -> HealthResult {
        do {
            let reply = try await http.send(check.request(timeout: timeout), through: open(for: check))
            let other = check.release.flatMap { Self.release(in: reply.body, otherThan: $0) }
            return HealthResult(
                check: check, isHealthy: check.statuses.contains(reply.status) && other == nil, status: reply.status,
                latency: reply.latency, attempts: 1, otherRelease: other, excerpt: Self.excerpt(reply.body))
        } catch {
            return HealthResult(check: check, isHealthy: false, attempts: 1, error: String(describing: error))
        }
    }

    private func open(for check: HealthCheck) async throws -> TunnelSocket? {
        guard case .inside(let address, let port, _) = check.target, let tunnel else { return nil }
        return try await tunnel(address, port)
    }

    private struct Named: Decodable { var release: String? }

    /// The release that an answer names, if it is not the wanted one.
    private static func release(in body: [UInt8], otherThan wanted: String) -> String? {
        let named = try? JSONDecoder().decode(Named.self, from: Data(body)).release
        return named == wanted ? nil : named
    }

    /// At most five lines and 400 characters: enough to see why, short enough for a terminal.
    static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(2000), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).prefix(5)
        return String(lines.joined(separator: "\n").prefix(400))
    }
}
