import Foundation
import Health
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

/// What servers answer, as Nginx's access log tells it: a real file, a real awk.
@Suite final class BakeTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bake-\(UUID().uuidString)")
    private var file: String { folder.appendingPathComponent("access.log").path }
    private let shell = ServerShell()

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private var log: AccessLog { AccessLog(path: file, servers: ["10.0.0.1:5000"], others: ["10.0.0.2:5000"]) }

    /// A line as `templates/nginx/nginx.conf.j2` writes it.
    private func line(_ upstream: String, _ status: String, _ time: String, uri: String = "/api/user") -> String {
        #"{"time":"2026-01-18T02:00:00+00:00","client":"10.0.0.9","method":"GET","uri":"\#(uri)","status":200,"#
            + #""bytes":12,"request_time":0.1,"request_id":"1f","upstream":"\#(upstream)","#
            + #""upstream_status":"\#(status)","upstream_time":"\#(time)","agent":"wrk"}"# + "\n"
    }

    private func append(_ text: String) throws {
        if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(fileURLWithPath: file)) }
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func end() throws -> AccessLog.Position { try AccessLog.position(shell.run(log.end)) }

    private func reading(since position: AccessLog.Position) throws -> AccessLog.Reading {
        try AccessLog.reading(shell.run(log.read(since: position)))
    }

    @Test func countsEachAttemptAtTheServersFromAPositionOn() throws {
        try append(line("10.0.0.1:5000", "500", "0.001"))
        let start = try end()
        try append(line("10.0.0.1:5000", "200", "0.012"))
        try append(line("10.0.0.1:5000, 10.0.0.2:5000", "502, 200", "0.000, 0.030"))
        try append(line("10.0.0.3:5000", "500", "0.001"))
        try append(line("10.0.0.1:5000", "-", "0.200"))
        try append(line("10.0.0.2:5000", "404", "0.005", uri: #"/\"upstream\":\"10.0.0.1:5000\""#))
        let first = try reading(since: start)
        #expect(first.servers.total == 2)
        #expect(first.servers.failed == 1)
        #expect(first.servers.p95 == 12)
        #expect(first.others.total == 2)
        #expect(first.others.failed == 0)
        let second = try reading(since: first.end)
        #expect(second.servers.total == 0)
        #expect(second.end == first.end)
    }

    @Test func goesOnInTheNewFileAfterARotation() throws {
        try append(line("10.0.0.1:5000", "200", "0.001"))
        let start = try end()
        try append(line("10.0.0.1:5000", "200", "0.002"))
        try FileManager.default.moveItem(atPath: file, toPath: file + ".1")
        try append(line("10.0.0.1:5000", "503", "0.003"))
        let read = try reading(since: start)
        #expect(read.servers.total == 2)
        #expect(read.servers.failed == 1)
        #expect(try reading(since: read.end).servers.total == 0)
    }

    @Test func readsATruncatedFileFromItsBeginning() throws {
        try append(line("10.0.0.1:5000", "200", "0.001") + line("10.0.0.1:5000", "200", "0.001"))
        let start = try end()
        try Data().write(to: URL(fileURLWithPath: file))
        try append(line("10.0.0.1:5000", "200", "0.007"))
        #expect(try reading(since: start).servers.p95 == 7)
    }

    @Test func theLogOfABalancerThatCannotBeReadIsNotTheServersFault() async throws {
        let failure = await #expect(throws: ModuleFailure.self) { try await self.bake() }
        #expect(failure?.result["shared"] == true)
        #expect(failure?.message.hasPrefix("read the access log of server") == true)
    }

    @Test func failsAsSoonAsAnswersAreTooBad() async throws {
        try append("")
        let lines = (1...20).map { line("10.0.0.1:5000", $0 % 5 == 0 ? "500" : "200", "0.01") }.joined()
        let failure = await #expect(throws: ModuleFailure.self) { try await self.bake(growingBy: lines) }
        #expect(
            failure?.message == "the answers are too bad: 4 of 20 requests failed (20.0 %, allowed are 1.0 %); "
                + "the others: 0 requests, 0 failed")
        #expect(failure?.result["shared"] == false)
    }

    @Test func saysThatTooFewRequestsCame() async throws {
        try append("")
        let outcome = try await bake(seconds: 1)
        #expect(outcome.message == "0 requests, 0 failed in 1 s: too few to judge, 20 are needed")
    }

    /// - Parameter lines: are written to the log between the first look at it and the next.
    private func bake(seconds: Int = 30, growingBy lines: String = "") async throws -> Outcome {
        let module = try Make.module(
            BakeModule.self,
            [
                "balancers": ["lb1"], "servers": ["10.0.0.1:5000"], "others": ["10.0.0.2:5000"], "log": .string(file),
                "seconds": .int(seconds),
            ])
        return try await module.act(on: BusyBalancer(server: ServerHost(shell: shell), log: file, lines: lines))
    }

    @Test func judgesSharesAndTheNearestRank() {
        let limits = AnswerLimits(failedPercent: 1, p95: 500, least: 20)
        var counts = AnswerCounts()
        counts.add(18, milliseconds: 10, areFailures: false)
        counts.add(1, milliseconds: 9000, areFailures: true)
        #expect(limits.breach(counts) == nil, "too few")
        counts.add(81, milliseconds: 10, areFailures: false)
        #expect(counts.p95 == 10)
        #expect(limits.breach(counts) == nil, "one in a hundred is allowed")
        counts.add(5, milliseconds: 800, areFailures: false)
        #expect(limits.breach(counts) == "p95 is 800 ms of 105 requests (allowed are 500 ms)")
        counts.add(1, milliseconds: 1, areFailures: true)
        #expect(limits.breach(counts) == "2 of 106 requests failed (1.9 %, allowed are 1.0 %)")
    }
}

/// A balancer whose log grows before each look at what is new in it.
private struct BusyBalancer: ActionHost {
    let server: ServerHost
    let log: String
    let lines: String

    var name: String { server.name }
    var facts: HostFacts { server.facts }
    var http: any HTTPProbe { server.http }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        if !lines.isEmpty, fragments.contains(where: { $0.shell.text.contains("awk") }) {
            let handle = try #require(FileHandle(forWritingAtPath: log))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(lines.utf8))
            try handle.close()
        }
        return try await server.run(fragments)
    }

    func peer(_ name: String) async throws -> any ActionHost { self }
    func progress(_ text: String) async {}

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await server.tunnel(to: address, port: port)
    }
}
