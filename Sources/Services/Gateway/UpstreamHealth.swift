import AsyncHTTPClient
import FoundationEssentials
import Hummingbird
import NIOCore
import NIOHTTP1

/// Asks all six services for their health at once.
struct UpstreamHealth: Sendable {
    let client: HTTPClient
    let settings: Settings

    func reports() async -> [ServiceName: UpstreamReport] {
        await withTaskGroup(of: (ServiceName, UpstreamReport).self) { group in
            for service in ServiceName.backends {
                group.addTask { (service, await report(of: service)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// A kept connection may be closed just as the question goes out on it.
    private func ask(_ service: ServiceName) async throws -> HTTPClientResponse {
        let request = HTTPClientRequest(url: settings.upstream(of: service) + "/health")
        let timeout = TimeAmount(settings.gateway.healthTimeout)
        do {
            return try await client.execute(request, timeout: timeout)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
            return try await client.execute(request, timeout: timeout)
        }
    }

    private func report(of service: ServiceName) async -> UpstreamReport {
        let start = ContinuousClock.now
        do {
            let answer = try await ask(service)
            let code = Int(answer.status.code)
            let body = try await answer.body.collect(upTo: 64 * 1024)
            let said = try? JSONDecoder().decode(HealthReport.self, from: Data(body.readableBytesView))
            return UpstreamReport(
                status: code == 200 ? .healthy : said?.status ?? .unhealthy, code: code, release: said?.release,
                milliseconds: (ContinuousClock.now - start).milliseconds)
        } catch {
            return UpstreamReport(
                status: .unhealthy, milliseconds: (ContinuousClock.now - start).milliseconds,
                error: ForwardingRoutes.failure(for: error, service: service).body)
        }
    }
}
