import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MariaDB
import NIOCore
import NIOHTTP1
import Testing

@testable import Services

@Suite struct ForwardingTests {
    /// The gateway's routes in front of a service on a port of this machine.
    private func gateway(to port: Int, configure: (inout Settings) -> Void = { _ in }) -> some ApplicationProtocol {
        var settings = Settings(
            mySQL: DatabaseSettings(hosts: [], login: MySQLSettings(database: nil, user: "", password: "")),
            redis: RedisSettings(hosts: []))
        settings.gateway.upstreams = [.user: "http://127.0.0.1:\(port)"]
        settings.gateway.connectTimeout = .milliseconds(200)
        configure(&settings)
        let clients = GatewayClients(settings)
        let router = Router(context: ServiceContext.self)
        router.add(middleware: RequestIdentity())
        router.add(middleware: JSONErrors())
        clients.addRoutes(to: router)
        return Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), services: [clients])
    }

    /// Answers what it was sent; `slow` takes longer than its test waits.
    private func service() -> some ApplicationProtocol {
        let router = Router(context: ServiceContext.self)
        router.post("api/user/echo") { request, _ in
            var headers: HTTPFields = [:]
            for field in request.headers where field.name.canonicalName.hasPrefix("x-") { headers.append(field) }
            headers[.contentType] = "text/plain"
            return Response(status: .accepted, headers: headers, body: ResponseBody(asyncSequence: request.body))
        }
        router.get("api/user/query") { request, _ in request.uri.string }
        router.get("api/user/slow") { _, _ in
            try await Task.sleep(for: .seconds(2))
            return "late"
        }
        return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    }

    private func port(of client: any TestClientProtocol) throws -> Int { try #require(client.port) }

    @Test func bothBodiesAndTheHeadersPassThrough() async throws {
        try await service().test(.live) { upstream in
            try await gateway(to: port(of: upstream)).test(.live) { client in
                let body = String(repeating: "0123456789", count: 20_000)
                let response = try await client.executeRequest(
                    uri: "/api/user/echo", method: .post, headers: [.requestID: "id-7"], body: .init(string: body))
                #expect(response.status == .accepted)
                #expect(String(buffer: response.body) == body)
                #expect(response.headers[.requestID] == "id-7")
                #expect(response.headers[try #require(.init("X-Forwarded-For"))] == "127.0.0.1")
                #expect(response.headers[try #require(.init("X-Forwarded-Proto"))] == "http")
            }
        }
    }

    @Test func thePathAndItsQueryPassThrough() async throws {
        try await service().test(.live) { upstream in
            try await gateway(to: port(of: upstream)).test(.live) { client in
                let response = try await client.executeRequest(
                    uri: "/api/user/query?a=%20b&c", method: .get, headers: [:], body: nil)
                #expect(String(buffer: response.body) == "/api/user/query?a=%20b&c")
            }
        }
    }

    @Test func aServiceThatIsDownIs502() async throws {
        try await gateway(to: 1).test(.live) { client in
            let response = try await client.executeRequest(uri: "/api/user/x", method: .get, headers: [:], body: nil)
            #expect(response.status == .badGateway)
            #expect(String(buffer: response.body) == #"{"error":{"message":"the user service can't be reached"}}"#)
        }
    }

    @Test func aServiceThatIsTooSlowIs504() async throws {
        try await service().test(.live) { upstream in
            let gateway = try gateway(to: port(of: upstream)) { $0.gateway.timeout = .milliseconds(300) }
            try await gateway.test(.live) { client in
                let response = try await client.executeRequest(
                    uri: "/api/user/slow", method: .get, headers: [:], body: nil)
                #expect(response.status == .gatewayTimeout)
            }
        }
    }

    @Test(arguments: ["/api/users/x", "/api/gateway/x"]) func anotherNameIsNoService(path: String) async throws {
        try await gateway(to: 1).test(.live) { client in
            let response = try await client.executeRequest(uri: path, method: .get, headers: [:], body: nil)
            #expect(response.status == .notFound)
        }
    }
}

@Suite struct ForwardedHeadersTests {
    @Test func headersOfOneConnectionStayBehind() {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "api.example.com", path: "/")
        request.headerFields[.connection] = "keep-alive, X-Private"
        request.headerFields[.transferEncoding] = "chunked"
        if let name = HTTPField.Name("X-Private") { request.headerFields[name] = "1" }
        if let name = HTTPField.Name("X-Forwarded-For") { request.headerFields[name] = "203.0.113.9" }
        request.headerFields[.accept] = "*/*"
        let headers = ForwardedHeaders.toService(request, peer: "10.0.0.11", requestID: "r")
        #expect(headers["x-private"].isEmpty)
        #expect(headers["transfer-encoding"].isEmpty)
        #expect(headers["accept"] == ["*/*"])
        #expect(headers["x-forwarded-for"] == ["203.0.113.9, 10.0.0.11"])
        #expect(headers["x-forwarded-host"] == ["api.example.com"])
        #expect(headers["x-request-id"] == ["r"])
    }
}
