import Health
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Modules

/// Which server may be taken out of Nginx, by what the servers beside it answer.
@Suite struct DrainTests {
    private func drain(_ statuses: [String: Int], down: String = "", asking health: String? = "/health") async throws
        -> Balancer
    {
        let balancer = Balancer(down: down, statuses: statuses)
        var values: [String: Value] = ["server": "app1:5000", "state": "drained", "timeout": 0]
        if let health { values["health"] = .string(health) }
        let module = try Make.module(DrainModule.self, values)
        _ = try await module.act(on: balancer)
        return balancer
    }

    @Test func aServerIsDrainedWhileAnotherOneIsWell() async throws {
        let balancer = try await drain(["app1": 200, "app2": 200])
        #expect(balancer.written?.contains("server app1:5000 down;") == true)
        #expect(balancer.asked == ["app2"])
    }

    /// It is up in Nginx's file, and has lost its power.
    @Test(arguments: [0, 503]) func theLastHealthyServerIsNotDrained(other: Int) async throws {
        let failure = await #expect(throws: ModuleFailure.self) { try await drain(["app1": 200, "app2": other]) }
        #expect(failure?.message.contains("app1:5000 is the last healthy server on lb1") == true)
        #expect(failure?.message.contains("app2:5000: \(other == 0 ? "no answer" : "503")") == true)
        #expect(failure?.result["last_healthy"] == true)
    }

    @Test func theOnlyOneThatIsUpIsNotDrained() async throws {
        let failure = await #expect(throws: ModuleFailure.self) {
            try await drain(["app1": 200, "app2": 200], down: "app2")
        }
        #expect(failure?.message.contains("is the last server that is up on lb1") == true)
        #expect(failure?.result["last_healthy"] == true)
    }

    /// A restart of its own takes it out and puts it back; a person's drain is left as it is, by both.
    @Test(arguments: ["drained", "active"]) func whoWasOutBeforeStaysOut(state: String) async throws {
        for (mark, isChanged) in [(" down;", false), (Balancer.brief, state == "active")] {
            let balancer = Balancer(down: "app1", statuses: ["app1": 200, "app2": 200], mark: mark)
            let module = try Make.module(
                DrainModule.self, ["server": "app1:5000", "state": .string(state), "timeout": 0, "briefly": true])
            let outcome = try await module.act(on: balancer)
            #expect(outcome.changed == isChanged, "\(mark)")
            #expect((balancer.written != nil) == isChanged, "\(mark)")
        }
    }

    /// Who drains a server while it is restarted means it to stay out.
    @Test func aDrainInTheMomentIsForGood() async throws {
        let balancer = Balancer(
            down: "app1", statuses: ["app1": 200, "app2": 200], mark: Balancer.brief)
        let module = try Make.module(DrainModule.self, ["server": "app1:5000", "state": "drained", "timeout": 0])
        #expect(try await module.act(on: balancer).changed)
        #expect(balancer.written?.contains("server app1:5000 down;\n") == true)
    }

    /// Without `ss` every server would seem to be idle; and it is seen before anything is changed.
    @Test func aServerIsNotDrainedWhenNobodyCouldTellThatItIsIdle() async throws {
        let missing = Reply(status: 127, stdout: "", stderr: "sh: ss: not found")
        let balancer = Balancer(down: "", statuses: ["app1": 200, "app2": 200], connections: missing)
        let module = try Make.module(DrainModule.self, ["server": "app1:5000", "state": "drained", "timeout": 0])
        let failure = await #expect(throws: ModuleFailure.self) { try await module.act(on: balancer) }
        #expect(failure?.message.contains("see whether app1:5000 is idle: sh: ss: not found") == true)
        #expect(balancer.written == nil)
    }

    @Test func aServerWithConnectionsIsNotIdle() async throws {
        for (text, isIdle) in [("", true), ("busy", false)] {
            let balancer = Balancer(down: "", statuses: ["app1": 200, "app2": 200], connections: Reply(stdout: text))
            let module = try Make.module(DrainModule.self, ["server": "app1:5000", "state": "drained", "timeout": 0])
            let outcome = try await module.act(on: balancer)
            #expect(outcome.result["idle"] == .bool(isIdle))
            #expect((outcome.message?.contains("app1:5000 still had connections") == true) == !isIdle)
        }
    }

    /// Text that holds quotes itself, and came into a script as one word.
    @Test func noPieceOfAScriptIsQuotedAsAWord() async throws {
        let scripts = try await drain(["app1": 200, "app2": 200]).scripts
        #expect(scripts.contains { $0.contains("\nmain=$(cat ") })
        for script in scripts { #expect(!script.contains(#"'\''"#), "\(script)") }
    }

    @Test func anIllServerIsDrainedFromAmongIllOnes() async throws {
        #expect(try await drain(["app1": 503, "app2": 503]).written != nil)
        #expect(try await drain(["app1": 200, "app2": 0], asking: nil).written != nil)
    }
}

/// lb1 with two servers in its upstream; nothing is really written.
private final class Balancer: ActionHost {
    static let brief = " down;  # brief: put back by what took it out"

    let name = "lb1"
    let facts = HostFacts()
    private let down: String
    /// What stands behind the server that is down.
    private let mark: String
    private let probe: StatusProbe
    private let connections: Reply
    private let inputs = Mutex<[String]>([])
    private let texts = Mutex<[String]>([])

    init(down: String, statuses: [String: Int], connections: Reply = Reply(), mark: String = " down;") {
        (self.down, self.connections, self.mark) = (down, connections, mark)
        probe = StatusProbe(statuses)
    }

    var http: any HTTPProbe { probe }
    var asked: [String] { probe.asked.withLock { $0 } }
    /// The file that it was told to have.
    var written: String? { inputs.withLock(\.last) }
    /// What it was told to run.
    var scripts: [String] { texts.withLock { $0 } }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        texts.withLock { $0 += fragments.map(\.shell.text) }
        inputs.withLock { $0 += fragments.flatMap(\.inputs).map { String(decoding: $0, as: UTF8.self) } }
        let servers = ["app1", "app2"].map { "server \($0):5000\($0 == down ? mark : ";")" }
        let file = "upstream api_gateway {\n\(servers.joined(separator: "\n"))\n}\n"
        return fragments.map { fragment in
            if fragment.shell.text.hasPrefix("cat ") { return Reply(stdout: file) }
            return fragment.shell.text.contains("ss -") ? connections : Reply()
        }
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        TunnelSocket(fileDescriptor: -1) { _ in }
    }

    func peer(_ name: String) async throws -> any ActionHost { throw ModuleFailure("there is no other host") }
    func progress(_ text: String) async {}
}

/// Answers with a status by host; 0 means no answer.
private final class StatusProbe: HTTPProbe {
    private let statuses: [String: Int]
    let asked = Mutex<[String]>([])

    init(_ statuses: [String: Int]) { self.statuses = statuses }

    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        let host = request.url.split(separator: "/")[1].prefix { $0 != ":" }
        asked.withLock { if !$0.contains(String(host)) { $0.append(String(host)) } }
        guard let status = statuses[String(host)], status > 0 else {
            throw HTTPError(url: request.url, reason: "no route to host")
        }
        return HTTPReply(status: status, body: [], latency: .milliseconds(1))
    }
}
