import Health
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Modules

@Suite struct HTTPModuleTests {
    @Test func findsWhereAURLLeads() {
        #expect(URLParts("http://10.0.0.1/x")?.port == 80)
        #expect(URLParts("https://user:pw@[::1]:8443/x?y")?.host == "::1")
        #expect(URLParts("https://user:pw@[::1]:8443/x?y")?.port == 8443)
        #expect(URLParts("https://api.example.com")?.port == 443)
        #expect(URLParts("ftp://x") == nil)
        #expect(URLParts("http://:80/") == nil)
        #expect(URLParts("http://x:99999/") == nil)
    }

    @Test func makesTheRequestThatTheArgumentsDescribe() throws {
        let module = try Make.module(
            URIModule.self,
            [
                "url": "http://127.0.0.1:5000/a", "method": "post", "body": ["id": 1], "body_format": "json",
                "headers": ["X-One": 1], "url_username": "u", "url_password": "p", "timeout": 7,
                "status_code": [200, 201], "follow_redirects": "all",
            ])
        #expect(module.request.method == "POST")
        #expect(module.request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"id":1}"#)
        #expect(module.request.headers["Content-Type"] == "application/json")
        #expect(module.request.headers["Authorization"] == "Basic dTpw")
        #expect(module.request.timeout == .seconds(7))
        #expect(module.request.followRedirects)
        #expect(module.statuses == [200, 201])
    }

    private static let network: [(String, [String: Value])] = [
        ("uri", ["url": "http://127.0.0.1:5000/health"]),
        ("wait_for", ["host": "127.0.0.1", "port": 5000, "timeout": 1, "sleep": 1]),
        ("intchain.site.health", ["checks": [["name": "gateway", "port": 5000]], "timeout": 1]),
    ]

    /// Hosts need no program for it, and what only they can reach is reached.
    @Test(arguments: network)
    func whatSpeaksOverTheNetworkDoesSoThroughTheHostsTunnel(_ name: String, _ values: [String: Value]) async throws {
        let host = TunnellingHost()
        let action = try #require(try makeModule(name, values) as? any Action)
        _ = try? await action.act(on: host)
        #expect(host.asked.first == "127.0.0.1:5000")
        #expect(host.ran == 0)
    }

    @Test func waitsForAConnectionNoLongerThanItIsTold() async throws {
        let closed: [String: Value] = ["port": 5000, "state": "stopped", "connect_timeout": 1]
        let action = try #require(try makeModule("wait_for", closed) as? any Action)
        let start = ContinuousClock.now
        let result = try await action.act(on: TunnellingHost(takes: .seconds(900))).result
        #expect(result["state"] == "stopped")
        #expect(result["port"] == 5000)
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test func refusesABodyThatIsNoText() {
        #expect(throws: (any Error).self) {
            try Make.module(URIModule.self, ["url": "http://x/", "body": ["a": 1]])
        }
    }

    @Test func readsHealthChecks() throws {
        let module = try Make.module(
            HealthModule.self,
            [
                "checks": [["name": "gateway", "port": 5000], ["url": "https://lb1/health", "status": 204]],
                "interval": 0.5, "consecutive": 2,
            ])
        #expect(module.checks.map(\.url) == ["http://127.0.0.1:5000/health", "https://lb1/health"])
        #expect(module.checks[1].statuses == 204...204)
        #expect(module.policy.interval == .milliseconds(500))
        #expect(throws: (any Error).self) { try Make.module(HealthModule.self, ["checks": [["prt": 1]]]) }
    }
}

/// Notes what it is asked for, and reaches nothing.
private final class TunnellingHost: ActionHost {
    let name = "here"
    let facts = HostFacts()
    private let delay: Duration
    private let noted = Mutex<(asked: [String], ran: Int)>(([], 0))

    /// - Parameter delay: how long it takes to find out.
    init(takes delay: Duration = .zero) { self.delay = delay }

    var asked: [String] { noted.withLock(\.asked) }
    var ran: Int { noted.withLock(\.ran) }
    var http: any HTTPProbe { Unreached() }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        noted.withLock { $0.ran += fragments.count }
        return fragments.map { _ in Reply() }
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        noted.withLock { $0.asked.append("\(address):\(port)") }
        try await Task.sleep(for: delay)
        throw ModuleFailure("nothing is reached")
    }

    func peer(_ name: String) async throws -> any ActionHost { throw ModuleFailure("there is no other host") }
    func progress(_ text: String) async {}

    private struct Unreached: HTTPProbe {
        func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
            throw HTTPError(url: request.url, reason: "nothing is reached")
        }
    }
}
