import Modules
import Testing

@testable import Databases

@Suite struct RedisVigilTests {
    /// What three knocks find at a server that answers so to each of them; nothing is left of an answer that is late.
    private func knock(_ answer: String, times: Int = 3) async throws -> (vital: Vital, knocks: Int) {
        let host = try ShellHost(programs: [
            "redis-cli": "echo >>\"$here/knocks\"; n=$(wc -l <\"$here/knocks\"); \(answer)"
        ])
        let reply = try await host.run(RedisVigil.knock(RedisLogin(), times: times))
        return (RedisVigil.vital(reply), host.read("knocks").count)
    }

    @Test func oneThatHangsIsDeadAfterThreeKnocks() async throws {
        let (vital, knocks) = try await knock("exec sleep 5")
        #expect(vital == .dead("no answer") && knocks == 3)
    }

    @Test func oneThatRefusesIsDeadAfterThreeKnocks() async throws {
        let (vital, knocks) = try await knock(
            "echo 'Could not connect to Redis at x:6379: Connection refused' >&2; exit 1")
        #expect(vital.isDeath && knocks == 3)
    }

    @Test func oneThatAnswersTheThirdKnockIsAlive() async throws {
        let (vital, knocks) = try await knock("[ \"$n\" = 3 ] || exec sleep 5; echo OK; echo PONG")
        #expect(vital == .alive("answers: OK PONG") && knocks == 3)
    }

    @Test(arguments: ["LOADING Redis is loading the dataset in memory", "NOAUTH Authentication required."])
    func anyAnswerIsLife(_ answer: String) async throws {
        let (vital, knocks) = try await knock("echo '(error) \(answer)'")
        #expect(vital == .alive("answers: (error) \(answer)") && knocks == 1)
    }
}
