import Health
import Remote
import Synchronization

/// Answers with a script of statuses by URL, the last one for ever; 0 means no answer.
final class ScriptedProbe: HTTPProbe {
    private let scripts: Mutex<[String: [Int]]>
    private let asked = Mutex<[String: Int]>([:])

    init(_ scripts: [String: [Int]]) {
        self.scripts = Mutex(scripts)
    }

    func count(_ url: String) -> Int { asked.withLock { $0[url] ?? 0 } }

    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        asked.withLock { $0[request.url, default: 0] += 1 }
        let status = scripts.withLock { scripts -> Int in
            let script = scripts[request.url] ?? [0]
            if script.count > 1 { scripts[request.url] = Array(script.dropFirst()) }
            return script[0]
        }
        guard status > 0 else { throw HTTPError(url: request.url, reason: "connection refused") }
        return HTTPReply(status: status, body: Array("line \(status)\nmore".utf8), latency: .milliseconds(12))
    }
}

/// Answers 200 with one body.
struct FixedAnswer: HTTPProbe {
    var body: String

    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        HTTPReply(status: 200, body: Array(body.utf8), latency: .milliseconds(1))
    }
}
