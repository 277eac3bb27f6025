import Health
import OrderedCollections
import Remote
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
