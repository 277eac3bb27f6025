import AsyncHTTPClient
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The gateway's two HTTP clients: one for requests on their way through, one for asking after health.
struct GatewayClients: Service {
    let settings: Settings
    private let forwarding: HTTPClient
    private let probing: HTTPClient

    init(_ settings: Settings) {
        self.settings = settings
        let gateway = settings.gateway
        forwarding = Self.client(connect: gateway.connectTimeout, read: gateway.timeout)
        probing = Self.client(connect: gateway.healthTimeout, read: gateway.healthTimeout)
    }

    func addRoutes(to router: Router<ServiceContext>) {
        ForwardingRoutes(client: forwarding, settings: settings).add(to: router)
    }

    @Sendable func healthOfServices() async -> [ServiceName: UpstreamReport] {
        await UpstreamHealth(client: probing, settings: settings).reports()
    }

    func run() async throws {
        try? await gracefulShutdown()
        try await forwarding.shutdown()
        try await probing.shutdown()
    }

    private static func client(connect: Duration, read: Duration) -> HTTPClient {
        var pool = HTTPClient.Configuration.ConnectionPool(
            idleTimeout: .seconds(50), concurrentHTTP1ConnectionsPerHostSoftLimit: 256)
        // Its own retries wait longer with each request that waits along; ForwardingRoutes has better ones.
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connect), read: TimeAmount(read)), connectionPool: pool)
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
