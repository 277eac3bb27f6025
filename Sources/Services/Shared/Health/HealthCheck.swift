import FoundationEssentials
import HTTPTypes
package import Hummingbird
import NIOCore

/// Answers `/health`: 200 when the process can do its work, otherwise 503, with the same report.
package struct HealthCheck: Sendable {
    package let service: ServiceName
    package let release: String?
    package let mySQL: ServerPair
    package let redis: ServerPair
    package let draining: Draining
    private let started = ContinuousClock.now
    /// How long a database that is just being asked again is waited for.
    private let patience: Duration
    /// Asks the services behind this one, if it has any.
    private let upstreams: (@Sendable () async -> [ServiceName: UpstreamReport])?

    package init(
        service: ServiceName, release: String?, mySQL: ServerPair, redis: ServerPair, draining: Draining,
        patience: Duration = .seconds(1), upstreams: (@Sendable () async -> [ServiceName: UpstreamReport])? = nil
    ) {
        self.service = service
        self.release = release
        self.mySQL = mySQL
        self.redis = redis
        self.draining = draining
        self.patience = patience
        self.upstreams = upstreams
    }

    package func addRoute(to router: Router<ServiceContext>) {
        router.get("health") { _, _ in try await answer() }
    }

    /// The state of everything this process needs.
    package func report() async -> HealthReport {
        async let behind = upstreams?()
        async let first = PairReport(mySQL, patience: patience)
        async let second = PairReport(redis, patience: patience)
        let (upstreamReports, mySQLReport, redisReport) = await (behind, first, second)
        let isWorking =
            mySQLReport.writable != nil && redisReport.writable != nil
            && (upstreamReports ?? [:]).values.allSatisfy { $0.status == .healthy }
        return HealthReport(
            service: service.rawValue, status: draining.isOn ? .stopping : isWorking ? .healthy : .unhealthy,
            release: release, uptimeSeconds: Int((ContinuousClock.now - started).components.seconds),
            mysql: mySQLReport, redis: redisReport,
            services: upstreamReports.map { reports in
                Dictionary(uniqueKeysWithValues: reports.map { ($0.key.rawValue, $0.value) })
            })
    }

    private func answer() async throws -> Response {
        let report = await report()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: report.status == .healthy ? .ok : .serviceUnavailable,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(report))))
    }
}
