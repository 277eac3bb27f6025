import Modules
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Databases

/// Whole moves of Redis's writes, on hosts that answer as Redis would.
@Suite struct RedisFailoverTests {
    /// Two servers or more, app1 and app2.
    private final class Site: Sendable {
        struct Server: Sendable {
            /// Nil: it takes writes.
            var source: String?
            var role: String
            var offset = 100
        }

        let servers: Mutex<[String: Server]>
        /// Hosts that can't be reached.
        let lost: Set<String>
        let count: Int
        /// Servers that can't copy from the second one.
        let stuck: Set<String>
        /// What happens while the lock is waited for.
        let meanwhile: @Sendable (inout [String: Server]) -> Void

        init(
            _ servers: [String: Server], lost: Set<String> = [], count: Int = 2, stuck: Set<String> = [],
            meanwhile: @escaping @Sendable (inout [String: Server]) -> Void = { _ in }
        ) {
            self.servers = Mutex(servers)
            (self.lost, self.count, self.stuck, self.meanwhile) = (lost, count, stuck, meanwhile)
        }

        func answer(_ host: String, _ fragment: Fragment) throws -> Reply {
            guard !lost.contains(host) else { throw TransportError.lost(host: host, reason: "no route") }
            return servers.withLock { servers in
                if fragment == .changes(":") { meanwhile(&servers) }
                if fragment.said.contains("PING") {
                    let target = fragment.shell.text.contains("10.0.0.1") ? "redis1" : host
                    return servers[target] == nil || lost.contains(target)
                        ? Reply(status: 1, stdout: "Could not connect to Redis") : Reply(stdout: "PONG")
                }
                if fragment.said.contains("\"NO\" \"ONE\"") { servers[host]?.source = nil }
                if fragment.said.contains("\"REPLICAOF\" \"10.0.0.2\""), stuck.contains(host) {
                    return Reply(status: 1)
                }
                guard fragment.said.contains("persistence"), let server = servers[host] else { return Reply() }
                let link = "master_link_status:down\nmaster_last_io_seconds_ago:-1\nmaster_link_down_since_seconds:7"
                let place = server.source.map { "role:slave\nmaster_host:\($0)\n\(link)" } ?? "role:master"
                let text = """
                    @\(server.role)
                    \(place)
                    slave_repl_offset:\(server.offset)
                    master_repl_offset:\(server.offset)
                    1) "repl-timeout"
                    2) "10"
                    """
                return Reply(stdout: text)
            }
        }

        func move(planned: Bool, more: [String: Value] = [:]) async throws -> (site: StagedSite, outcome: Outcome) {
            let site = StagedSite { try self.answer($0, $1) }
            var values: [String: Value] = [
                "servers": .list(
                    (1...count).map { .map(["name": .string("redis\($0)"), "address": .string("10.0.0.\($0)")]) }),
                "clients": .list([.string("app1"), .string("app2")]), "planned": .bool(planned), "timeout": .int(1),
            ]
            values.merge(more) { $1 }
            let context = ModuleContext(
                host: "redis2", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" },
                evaluate: { .string($0) })
            let module = try RedisFailoverModule(try Arguments(values, for: RedisFailoverModule.spec), in: context)
            return (site, try await module.act(on: site.host("redis2")))
        }
    }

    private static func promoted(_ site: StagedSite) -> [String] {
        site.asked { $0.said.contains("\"NO\" \"ONE\"") }
    }

    private static let circle: [String: Site.Server] = [
        "redis1": .init(source: "10.0.0.2", role: "replicaof 10.0.0.2 6379", offset: 90),
        "redis2": .init(source: "10.0.0.1", role: "replicaof 10.0.0.1 6379"),
    ]

    @Test(arguments: [true, false])
    func whereNobodyTakesWritesTheMoveIsTakenUp(planned: Bool) async throws {
        let (site, outcome) = try await Site(Self.circle).move(planned: planned)
        #expect(Self.promoted(site) == ["redis2"])
        #expect(site.asked { $0.said.contains("\"REPLICAOF\" \"10.0.0.2\"") } == ["redis1"])
        #expect(outcome.changed && outcome.result["primary"] == "redis2" && outcome.result["lost"] == .null)
        let message = outcome.message ?? ""
        #expect(message.contains("redis2 takes writes, which nobody took"), "\(message)")
        #expect(message.contains("writes may be lost") && !message.contains("none is lost"), "\(message)")
    }

    /// Servers that are looked at one after the other while one hands over may all seem to copy.
    @Test func aMoveThatIsStillGoingOnIsNotTakenUp() async throws {
        let site = Site(Self.circle) { $0["redis1"]?.source = nil }
        let result = await Result { try await site.move(planned: false) }
        #expect(throws: ModuleFailure.self) { try result.get() }
        #expect(site.servers.withLock { $0["redis2"]?.source } == "10.0.0.1")
    }

    /// A person may be wrong, and the server comes back as the primary that it was.
    @Test func aSwornDeadServerIsCutOffOnAllHostsThatCanBeReached() async throws {
        let servers: [String: Site.Server] = ["redis2": .init(source: "10.0.0.1", role: "replicaof 10.0.0.1 6379")]
        let (site, outcome) = try await Site(servers, lost: ["redis1", "app2"]).move(
            planned: false, more: ["fenced": "redis1"])
        #expect(Set(site.asked { $0.said.contains("table inet intchain_fence") }) == ["app1", "app2", "redis2"])
        #expect(Self.promoted(site) == ["redis2"])
        let message = outcome.message ?? ""
        #expect(message.contains("redis1 is fenced by your word; app1, redis2 can't reach its port any more"))
        #expect(message.contains("not cut off from redis1, and may write to it should it come back: app2"))
        // Seven seconds, ten until that was found, three of counting, and what the rest took on a busy machine.
        let seconds = try #require(outcome.result["lost_within_seconds"]?.int)
        #expect((20...60).contains(seconds), "\(message)")
    }

    /// The writes have moved by then, and nobody is told of it later.
    @Test func whatAMoveHasCostIsToldAlsoWhenAFollowerCannotBeAttached() async throws {
        let servers: [String: Site.Server] = [
            "redis2": .init(source: "10.0.0.1", role: "replicaof 10.0.0.1 6379"),
            "redis3": .init(source: "10.0.0.1", role: "replicaof 10.0.0.1 6379", offset: 90),
        ]
        let site = Site(servers, lost: ["redis1"], count: 3, stuck: ["redis3"])
        let result = await Result { try await site.move(planned: false, more: ["fenced": "redis1"]) }
        let error = try #require(throws: ModuleFailure.self) { try result.get() }
        #expect(error.message.contains("redis2 takes writes\nwrites may be lost"), "\(error.message)")
        #expect(error.result["primary"] == "redis2" && error.result["loss"] == "bound")
    }

    @Test func withoutAPersonsWordAClientThatCantBeCutOffEndsTheFailover() async throws {
        let servers: [String: Site.Server] = ["redis2": .init(source: "10.0.0.1", role: "replicaof 10.0.0.1 6379")]
        let site = Site(servers, lost: ["redis1", "app2"])
        let result = await Result { try await site.move(planned: false) }
        let error = #expect(throws: ModuleFailure.self) { try result.get() }
        #expect(error?.message.contains("then say --fenced redis1") == true, "\(error?.message ?? "")")
        #expect(site.servers.withLock { $0["redis2"]?.source } == "10.0.0.1")
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
