import CurlProbe
import Glibc
import Health
import Remote
import Testing

@Suite struct CurlProbeTests {
    private let probe = CurlProbe()
    private let server: StubServer

    init() throws { server = try StubServer() }

    private func url(_ path: String) -> String { "http://127.0.0.1:\(server.port)\(path)" }

    private func tunnel() -> TunnelSocket {
        TunnelSocket(fileDescriptor: StubServer.pair()) { close($0) }
    }

    @Test func takesStatusHeadersAndBody() async throws {
        let reply = try await probe.send(HTTPRequest(url: url("/down")), through: nil)
        #expect(reply.status == 503)
        #expect(String(decoding: reply.body, as: UTF8.self) == "mysql is down")
        #expect(reply.headers.contains { $0.name == "x-kind" && $0.value == "stub" })
    }

    @Test func speaksThroughATunnelWithoutLookingTheNameUp() async throws {
        let request = HTTPRequest(url: "http://gateway.invalid:5000/echo", timeout: .seconds(60))
        let reply = try await probe.send(request, through: tunnel())
        #expect(reply.status == 200)
        #expect(String(decoding: reply.body, as: UTF8.self).contains("Host: gateway.invalid:5000"))
    }

    @Test func refusesASecondConnectionThroughOneTunnel() async throws {
        let used = tunnel()
        let request = HTTPRequest(url: "http://gateway.invalid/moved", followRedirects: true)
        await #expect(throws: HTTPError.self) { try await probe.send(request, through: used) }
    }

    @Test func sendsMethodHeadersAndABodyWithZeros() async throws {
        let request = HTTPRequest(
            url: url("/echo"), method: "PUT", headers: ["X-One": "1", "X-None": ""], body: Array("a\0b".utf8))
        let reply = String(decoding: try await probe.send(request, through: nil).body, as: UTF8.self)
        #expect(reply.hasPrefix("PUT /echo HTTP/1.1"))
        #expect(reply.contains("X-One: 1"))
        #expect(reply.contains("X-None:"))
        #expect(reply.hasSuffix("--\na\0b"))
    }

    @Test func sendsAnEmptyBodyWithAPost() async throws {
        let request = HTTPRequest(url: url("/echo"), method: "POST")
        let reply = String(decoding: try await probe.send(request, through: nil).body, as: UTF8.self)
        #expect(reply.contains("Content-Length: 0"))
    }

    @Test func asksForTheHeadOnly() async throws {
        let reply = try await probe.send(HTTPRequest(url: url("/"), method: "HEAD"), through: nil)
        #expect(reply.status == 200 && reply.body.isEmpty)
    }

    @Test func followsRedirectsOnlyWhenTold() async throws {
        #expect(try await probe.send(HTTPRequest(url: url("/moved")), through: nil).status == 302)
        let followed = try await probe.send(HTTPRequest(url: url("/moved"), followRedirects: true), through: nil)
        #expect(followed.status == 200)
    }

    @Test func refusesAnAnswerThatIsTooLong() async {
        let error = await #expect(throws: HTTPError.self) {
            try await CurlProbe(bodyLimit: 1000).send(HTTPRequest(url: url("/big")), through: nil)
        }
        #expect(error?.reason == "the answer is longer than 1000 bytes")
    }

    @Test func endsAtItsDeadline() async {
        let error = await #expect(throws: HTTPError.self) {
            try await probe.send(HTTPRequest(url: url("/silent"), timeout: .milliseconds(200)), through: nil)
        }
        #expect(error?.reason.contains("imeout") == true)
    }

    @Test func resolvesNamesAsTold() async throws {
        let port = server.port
        let request = HTTPRequest(
            url: "http://api.example.invalid:\(port)/", resolve: ["api.example.invalid:\(port):127.0.0.1"])
        #expect(try await probe.send(request, through: nil).status == 200)
    }

    @Test func saysWhyNobodyAnswered() async {
        let error = await #expect(throws: HTTPError.self) {
            try await probe.send(HTTPRequest(url: "http://127.0.0.1:1/"), through: nil)
        }
        #expect(error?.description.hasPrefix("http://127.0.0.1:1/: ") == true)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func refusesOtherSchemes() async {
        await #expect(throws: HTTPError.self) {
            try await probe.send(HTTPRequest(url: "file:///etc/passwd"), through: nil)
        }
    }

    @Test func leavesTheTunnelToItsOwner() async throws {
        let tunnel = tunnel()
        _ = try await probe.send(HTTPRequest(url: "http://x/", timeout: .seconds(60)), through: tunnel)
        #expect(fcntl(tunnel.fileDescriptor, F_GETFD) >= 0)
    }
}
