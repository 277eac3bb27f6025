import Foundation
import Subprocess
import SystemPackage
import Testing

/// Clients that use the site through Nginx, over HTTP/1.1, while a test does something to it: `wrk` reads, a checker of
/// our own writes probes with unique ids. None of them ever tries a request again.
struct Traffic {
    /// Requests a second of all reading clients together; what they may ask of two cores that serve as well.
    var reads = 200
    /// Requests a second of all writing clients together.
    var writes = 60
    /// After this time the clients end by themselves.
    var limit: Duration = .seconds(900)

    /// Starts the clients, does the work, ends the clients, and asks the database what it has stored.
    /// - Returns: what the work gave, and what became of every request.
    func during<Result: Sendable>(
        _ work: () async throws -> Result
    ) async throws -> (result: Result, report: TrafficReport) {
        let site = try await PublicSite()
        try await site.prepareReads()
        let folder = try Scratch()
        let prefix = "traffic-" + UUID().uuidString.prefix(8).lowercased()
        let scripts = [
            try folder.write("kept.lua", script(keepsAlive: true)),
            try folder.write("fresh.lua", script(keepsAlive: false)),
        ]
        let end = Gate()
        async let kept = wrk(site, scripts[0], until: end)
        async let fresh = wrk(site, scripts[1], until: end)
        async let posts = checker(site, prefix: prefix, until: end)
        let outcome = await surrounded(work)
        end.open()
        let report = try TrafficReport(
            kept: await WrkReport(kept), fresh: await WrkReport(fresh), posts: await PostReport(posts),
            stored: await StoredProbes(prefix: prefix))
        return (try outcome.get(), report)
    }

    /// Everybody is at work when it begins, and still when it is over.
    private func surrounded<Result: Sendable>(
        _ work: () async throws -> Result
    ) async -> Swift.Result<Result, any Error> {
        do {
            try await Task.sleep(for: .seconds(1))
            let result = try await work()
            try await Task.sleep(for: .seconds(1))
            return .success(result)
        } catch {
            return .failure(error)
        }
    }

    private func wrk(_ site: PublicSite, _ script: String, until end: Gate) async throws -> Outcome {
        try await Program.run(
            [
                "wrk", "--threads", "1", "--connections", "8", "--duration", "\(limit.components.seconds)s",
                "--timeout", "40s", "--script", script, "https://\(site.address)/",
            ], until: end)
    }

    private func checker(_ site: PublicSite, prefix: String, until end: Gate) async throws -> Outcome {
        try await Program.run(
            [
                "python3", Project.path("Tests/IntegrationTests/Load/post-probes.py"), site.address, "--prefix", prefix,
                "--rate", "\(writes)", "--seconds", "\(limit.components.seconds)",
            ], until: end)
    }

    /// Half of all reads; each of the eight connections waits between two of its requests. Health, which asks all
    /// services and servers, is dear: one in eight.
    private func script(keepsAlive: Bool) -> String {
        """
        local paths = {"user", "order", "inventory", "approval", "logistics", "notification", "user"}
        local count = 0
        function delay() return math.random(0, \(2 * 8 * 2 * 1000 / max(1, reads))) end
        function request()
          count = count + 1
          local service = paths[count % 8]
          local path = service and "/api/" .. service .. "/probes/\(PublicSite.readProbe)" or "/health"
          return wrk.format("GET", path, {["Connection"] = "\(keepsAlive ? "keep-alive" : "close")"})
        end
        local threads = {}
        function setup(thread) table.insert(threads, thread) end
        statuses, answers = "", ""
        function response(status, headers, body)
          if status == 200 then return end
          statuses = statuses .. " " .. status
          if #answers < 8000 then answers = answers .. status .. " " .. string.gsub(body, "%s+", " ") .. "\\n" end
        end
        function done(summary, latency)
          local text = ""
          for _, thread in ipairs(threads) do
            text = text .. thread:get("statuses")
            io.write(thread:get("answers"))
          end
          local errors = summary.errors
          print(string.format(
            '{"requests":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"statuses":"%s"}', summary.requests,
            errors.connect, errors.read, errors.write, errors.timeout, text))
        end
        """
    }
}

/// Opens once, for all who wait at it.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    func wait() async { for await _ in stream {} }
}
