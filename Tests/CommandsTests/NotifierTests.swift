import Diagnostics
import Health
import Remote
import Synchronization
import Testing
import YAML

@testable import Commands
@testable import Playbooks

@Suite struct NotifierTests {
    private static let address = "https://chat.example.com/hooks/only-for-those-who-know"
    private let post = Post()
    private let run = RunIdentity("deploy dist/intchain", environment: ["SUDO_USER": "anna"])

    private func notifier(_ format: NoticeFormat = .json) -> Notifier {
        Notifier(address: Self.address, format: format, site: "production", http: post) { [post] in post.say($0) }
    }

    private func report(_ status: TaskReport.Status, message: String? = nil, result: Value = .null) -> RunEvent {
        var report = TaskReport(
            host: "app1",
            task: TaskLabel(id: 1, name: "Wait", place: Place(file: "a", line: 1, column: 1), isHandler: false),
            status: status)
        report.message = message
        report.result = result
        return .taskFinished(report)
    }

    @Test func tellsWhoDoesWhatWhere() async throws {
        await notifier().tell(.started, of: run)
        let body = try #require(post.bodies.first)
        #expect(body["event"] == "started")
        #expect(body["site"] == "production")
        #expect(body["run"] == .string(run.id))
        #expect(body["text"] == .string("production: deploy dist/intchain by anna@\(run.machine) has started"))
        #expect(post.said.isEmpty)
    }

    @Test func writesAsEachChatWantsIt() async throws {
        for (format, path) in [
            (NoticeFormat.dingtalk, ["text", "content"]), (.wecom, ["text", "content"]),
            (.feishu, ["content", "text"]),
        ] {
            await notifier(format).tell(.rolledBack, of: run, reason: "app1: not healthy")
            let text = path.reduce(post.bodies.last) { $0?[$1] }?.string
            #expect(text?.contains("was rolled back; the site is healthy\napp1: not healthy") == true)
        }
    }

    @Test func whatIsNotDeliveredIsSaidWithoutTheAddress() async {
        post.answer(with: .failure(HTTPError(url: Self.address, reason: "connection refused")))
        await notifier().tell(.done, of: run)
        post.answer(with: .success(404))
        await notifier().tell(.failed, of: run)
        #expect(
            post.said == [
                "the notification 'done' was not delivered: connection refused",
                "the notification 'failed' was not taken: status 404",
            ])
    }

    @Test func aRolloutIsToldFromItsFirstChangeToItsEnd() async {
        let notices = RolloutNotices(notifier(), of: run)
        await notices.observe(report(.ok))
        #expect(post.events.isEmpty)
        await notices.observe(report(.changed))
        await notices.observe(report(.changed))
        await notices.observe(report(.failed, message: "no answer"))
        await notices.end(.rolledBack)
        #expect(post.events == ["started", "rolled-back"])
        #expect(post.bodies.last?["reason"] == "app1: Wait: no answer")
    }

    @Test func whatOthersAreDoingIsNotToldAndAPauseIsNoFailure() async {
        await RolloutNotices(notifier(), of: run).end(.lockHeld)
        #expect(post.events.isEmpty)
        let notices = RolloutNotices(notifier(), of: run)
        await notices.observe(report(.failed, message: "all are ill", result: ["outcome": "paused"]))
        await notices.end(.hostFailed)
        #expect(post.events == ["paused"])
    }

    @Test func aLossPausesARolloutAndAFailureBesideItDoesNot() async {
        let lost = RolloutNotices(notifier(), of: run)
        await lost.observe(.hostLost(host: "app2", error: "no power"))
        await lost.end(.hostFailed)
        #expect(post.bodies.last?["reason"] == "app2: no power")
        let failed = RolloutNotices(notifier(), of: run)
        await failed.observe(.hostLost(host: "app2", error: "no power"))
        await failed.observe(report(.failed, message: "no answer"))
        await failed.end(.hostFailed)
        let unreachable = RolloutNotices(notifier(), of: run)
        await unreachable.observe(.hostLost(host: "app2", error: "no route"))
        await unreachable.end(.hostUnreachable)
        #expect(post.events == ["paused", "failed", "failed"])
    }
}

/// Takes what is posted, and answers as it is told to.
private final class Post: HTTPProbe {
    private struct State {
        var requests: [HTTPRequest] = []
        var said: [String] = []
        var answer: Result<Int, HTTPError> = .success(200)
    }

    private let state = Mutex(State())

    var bodies: [Value] {
        state.withLock { $0.requests }.compactMap { try? Value(json: String(decoding: $0.body ?? [], as: UTF8.self)) }
    }

    var events: [String] { bodies.compactMap { $0["event"]?.string } }
    var said: [String] { state.withLock { $0.said } }

    func say(_ text: String) { state.withLock { $0.said.append(text) } }

    func answer(with answer: Result<Int, HTTPError>) { state.withLock { $0.answer = answer } }

    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        return HTTPReply(status: try answer.get(), body: [], latency: .zero)
    }
}
