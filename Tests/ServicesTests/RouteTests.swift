import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MariaDB
import NIOCore
import Synchronization
import Testing

@testable import Services

/// Probes in memory, or an error in their place.
private final class MemoryProbes: ProbeStore {
    private let stored = Mutex<Set<ProbeID>>([])
    private let failure: (any Error)?

    init(failure: (any Error)? = nil) { self.failure = failure }

    func insert(_ id: ProbeID) async throws -> Bool {
        if let failure { throw failure }
        return stored.withLock { $0.insert(id).inserted }
    }

    func find(_ id: ProbeID) async throws -> String? {
        stored.withLock { $0.contains(id) } ? "2026-01-18 00:00:00.000000" : nil
    }
}

@Suite struct RouteTests {
    private let draining = Draining()
    // On a busy machine a test may take longer than a service believes a report.
    private let mySQL = ServerPair(
        kind: "MySQL", addresses: [ServerAddress(host: "db1", port: 3306)], patience: .seconds(3600))
    private let redis = ServerPair(
        kind: "Redis", addresses: [ServerAddress(host: "redis1", port: 6379)], patience: .seconds(3600))

    private func app(
        probes: MemoryProbes = MemoryProbes(), patience: Duration = .milliseconds(10),
        upstreams: (@Sendable () async -> [ServiceName: UpstreamReport])? = nil
    ) -> some ApplicationProtocol {
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIdentity())
        router.add(middleware: CloseWhenDraining(draining))
        router.add(middleware: JSONErrors())
        HealthCheck(
            service: .user, release: "r1", mySQL: mySQL, redis: redis, draining: draining, patience: patience,
            upstreams: upstreams
        ).addRoute(to: router)
        ProbeRoutes(service: .user, mySQL: probes, redis: MemoryProbes()).add(to: router)
        return Application(router: router)
    }

    private func serversAnswer() async {
        await mySQL.report(.writable, of: ServerAddress(host: "db1", port: 3306))
        await redis.report(.writable, of: ServerAddress(host: "redis1", port: 6379))
    }

    private func report(_ response: TestResponse) throws -> HealthReport {
        try JSONDecoder().decode(HealthReport.self, from: Data(response.body.readableBytesView))
    }

    @Test func aProbeIsStoredOnce() async throws {
        try await app().test(.router) { client in
            let path = "/api/user/probes"
            let first = try await client.executeRequest(
                uri: path, method: .post, headers: [:], body: .init(string: #"{"id":"a1"}"#))
            #expect(first.status == .created)
            let again = try await client.executeRequest(
                uri: path, method: .post, headers: [:], body: .init(string: #"{"id":"a1"}"#))
            #expect(again.status == .ok)
            let read = try await client.executeRequest(uri: path + "/a1", method: .get, headers: [:], body: nil)
            #expect(read.status == .ok)
            #expect(String(buffer: read.body).contains("2026-01-18"))
            let elsewhere = try await client.executeRequest(
                uri: path + "/a1?store=redis", method: .get, headers: [:], body: nil)
            #expect(elsewhere.status == .notFound)
            #expect(String(buffer: elsewhere.body) == #"{"error":{"message":"no probe has this id"}}"#)
        }
    }

    @Test(arguments: [
        (#"{"idd":"a"}"#, "/api/user/probes"), ("not json", "/api/user/probes"), (#"{"id":"a b"}"#, "/api/user/probes"),
        (#"{"id":""}"#, "/api/user/probes"), (#"{"id":"a"}"#, "/api/user/probes?store=disk"),
    ]) func aBadProbeIsABadRequest(body: String, path: String) async throws {
        try await app().test(.router) { client in
            let response = try await client.executeRequest(
                uri: path, method: .post, headers: [:], body: .init(string: body))
            #expect(response.status == .badRequest)
            #expect(String(buffer: response.body).hasPrefix(#"{"error":{"message":""#))
        }
    }

    @Test func anUnknownOutcomeIs503AndNamesNoSecrets() async throws {
        let lost = MySQLError(code: 2013, message: "internal detail", phase: .execute, server: "10.0.0.21:3306")
        let probes = MemoryProbes(failure: DatabaseUnavailable.indeterminate(lost))
        try await app(probes: probes).test(.router) { client in
            let response = try await client.executeRequest(
                uri: "/api/user/probes", method: .post, headers: [:], body: .init(string: #"{"id":"a"}"#))
            #expect(response.status == .serviceUnavailable)
            #expect(!String(buffer: response.body).contains("10.0.0.21"))
        }
    }

    @Test func healthIs503UntilBothServersTakeWrites() async throws {
        try await app().test(.router) { client in
            let before = try await client.executeRequest(uri: "/health", method: .get, headers: [:], body: nil)
            #expect(before.status == .serviceUnavailable)
            #expect(try report(before).mysql.servers == ["db1:3306": "unreachable"])
            await serversAnswer()
            let after = try await client.executeRequest(uri: "/health", method: .get, headers: [:], body: nil)
            #expect(after.status == .ok)
            let report = try report(after)
            #expect(report.status == .healthy)
            #expect(report.release == "r1")
            #expect(report.mysql.writable == "db1:3306")
        }
    }

    @Test func aServerThatIsAskedAgainAfterALostConnectionIsWaitedFor() async throws {
        let address = ServerAddress(host: "db1", port: 3306)
        await serversAnswer()
        await mySQL.distrust(address)
        try await app(patience: .seconds(600)).test(.router) { client in
            async let monitor: Void = {
                try await Task.sleep(for: .milliseconds(200))
                await mySQL.report(.writable, of: address)
            }()
            let response = try await client.executeRequest(uri: "/health", method: .get, headers: [:], body: nil)
            #expect(response.status == .ok)
            try await monitor
        }
    }

    @Test func whileDrainingHealthIs503AndConnectionsClose() async throws {
        await serversAnswer()
        draining.begin()
        try await app().test(.router) { client in
            let response = try await client.executeRequest(uri: "/health", method: .get, headers: [:], body: nil)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.connection] == "close")
            #expect(try report(response).status == .stopping)
        }
    }

    @Test func oneUnhealthyServiceMakesTheGatewayUnhealthy() async throws {
        await serversAnswer()
        let upstreams: @Sendable () async -> [ServiceName: UpstreamReport] = {
            [
                .order: UpstreamReport(status: .healthy, code: 200, milliseconds: 1),
                .user: UpstreamReport(status: .unhealthy, milliseconds: 2, error: "the user service can't be reached"),
            ]
        }
        try await app(upstreams: upstreams).test(.router) { client in
            let response = try await client.executeRequest(uri: "/health", method: .get, headers: [:], body: nil)
            #expect(response.status == .serviceUnavailable)
            #expect(try report(response).services?["order"]?.status == .healthy)
        }
    }

    @Test func aRequestKeepsItsIdentity() async throws {
        try await app().test(.router) { client in
            let kept = try await client.executeRequest(
                uri: "/nowhere", method: .get, headers: [.requestID: "abc-1"], body: nil)
            #expect(kept.headers[.requestID] == "abc-1")
            #expect(String(buffer: kept.body) == #"{"error":{"message":"not found"}}"#)
            let replaced = try await client.executeRequest(
                uri: "/nowhere", method: .get, headers: [.requestID: "two words"], body: nil)
            #expect(replaced.headers[.requestID]?.count == 16)
        }
    }
}
