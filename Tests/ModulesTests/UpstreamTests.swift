import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

@Suite struct UpstreamTests {
    private let values: [String: Value] = [
        "name": "api_gateway", "servers": ["10.0.0.1:5000", "10.0.0.2:5000"], "options": "max_fails=3 fail_timeout=2s",
    ]

    @Test func writesServersWithTheirOptions() throws {
        let module = try Make.module(UpstreamModule.self, values)
        let expected = """
            # Written by intchainctl, which keeps the `down` marks: drains and failovers set them.
            upstream api_gateway {
                server 10.0.0.1:5000 max_fails=3 fail_timeout=2s;
                server 10.0.0.2:5000 max_fails=3 fail_timeout=2s;
                keepalive 32;
            }

            """
        #expect(module.wanted.text == expected)
        #expect(UpstreamFile(parsing: expected) == module.wanted)
    }

    @Test func marksAndUnmarksAServer() throws {
        let file = try Make.module(UpstreamModule.self, values).wanted
        let marked = file.marking("10.0.0.2:5000", down: true)
        #expect(marked.text.contains("server 10.0.0.2:5000 max_fails=3 fail_timeout=2s down;"))
        #expect(UpstreamFile(parsing: marked.text)?.up.map(\.address) == ["10.0.0.1:5000"])
        #expect(marked.marking("10.0.0.2:5000", down: false) == file)
    }

    /// A stand-in, or one more: it has no release when Nginx learns of it.
    @Test func aServerThatJoinsOthersTakesNoRequestsYet() throws {
        let file = try Make.module(UpstreamModule.self, values).wanted
        var wanted = file
        wanted.servers[1].address = "10.0.0.3:5000"
        let joined = wanted.joining(file)
        #expect(joined.up.map(\.address) == ["10.0.0.1:5000"])
        #expect(joined.servers.map(\.address) == ["10.0.0.1:5000", "10.0.0.3:5000"])
        #expect(wanted.joining(joined) == joined)
        // Put in by a rollout, it stays.
        let served = joined.marking("10.0.0.3:5000", down: false)
        #expect(wanted.joining(served) == served)
        // Where Nginx would be left with none, all take requests: the servers' port has changed, say.
        #expect(wanted.joining(file.marking("10.0.0.1:5000", down: true)).up.map(\.address) == ["10.0.0.3:5000"])
    }

    @Test func aServerThatMissedARolloutStaysMarked() throws {
        let file = try Make.module(UpstreamModule.self, values).wanted
        let marked = file.marking("10.0.0.2:5000", down: true, behind: true)
        #expect(marked.text.contains("server 10.0.0.2:5000 max_fails=3 fail_timeout=2s down;  # behind"))
        let read = try #require(UpstreamFile(parsing: marked.text))
        #expect(read == marked)
        #expect(read.server("10.0.0.1:5000")?.isBehind == false)
        #expect(read.marking("10.0.0.2:5000", down: true).server("10.0.0.2:5000")?.isBehind == true)
        #expect(read.marking("10.0.0.2:5000", down: false, behind: false) == file)
    }

    @Test func aServerThatIsOutForAMomentIsKnownUntilItIsBackOrOutForGood() throws {
        let file = try Make.module(UpstreamModule.self, values).wanted
        let marked = file.marking("10.0.0.2:5000", down: true, brief: true)
        #expect(marked.text.contains("server 10.0.0.2:5000 max_fails=3 fail_timeout=2s down;  # brief"))
        #expect(UpstreamFile(parsing: marked.text) == marked)
        #expect(file.joining(marked) == marked)
        #expect(marked.marking("10.0.0.2:5000", down: false) == file)
        #expect(marked.marking("10.0.0.2:5000", down: true) == file.marking("10.0.0.2:5000", down: true))
    }

    @Test func readsNoFileThatHoldsMore() {
        #expect(UpstreamFile(parsing: "server { listen 80; }") == nil)
        #expect(UpstreamFile(parsing: "upstream a { ip_hash; }") == nil)
        #expect(UpstreamFile(parsing: "") == nil)
    }

    @Test func refusesWordsThatWouldBeCode() {
        #expect(throws: (any Error).self) {
            try Make.module(UpstreamModule.self, ["name": "x", "servers": ["a:1; } server {"]])
        }
        #expect(throws: (any Error).self) {
            try Make.module(UpstreamModule.self, ["name": "x", "servers": ["a:1"], "options": "down"])
        }
    }
}
