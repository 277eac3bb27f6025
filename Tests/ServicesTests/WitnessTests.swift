import Testing

@testable import Services

@Suite struct WitnessTests {
    private let first = ServerAddress(host: "10.0.0.1", port: 6379)
    private let second = ServerAddress(host: "10.0.0.2", port: 6379)
    private let sentinels = [1, 2, 3].map { ServerAddress(host: "10.0.0.\($0)", port: 26379) }
    private let pair: ServerPair

    init() {
        pair = ServerPair(kind: "Redis", addresses: [first, second], witnesses: sentinels, patience: .seconds(3600))
    }

    private func report(_ firstRole: ServerRole, _ secondRole: ServerRole, votes: [ServerAddress]) async {
        await pair.report(firstRole, of: first)
        await pair.report(secondRole, of: second)
        for (witness, server) in zip(sentinels, votes) { await pair.vote(for: server, by: witness) }
    }

    @Test func anOldPrimaryThatComesBackIsNotWrittenTo() async {
        await report(.writable, .writable, votes: [second, second])
        #expect(await pair.writableNow == second)
    }

    @Test func norIsOneThatIsCutOffFromItsSuccessor() async {
        await report(.writable, .unreachable("cut"), votes: [first, second, second])
        #expect(await pair.writableNow == nil)
    }

    @Test func oneWitnessDecidesNothing() async {
        await report(.writable, .unreachable("cut"), votes: [second])
        #expect(await pair.writableNow == first)
    }

    @Test func aPlannedMoveNeedsNotWaitForTheWitnesses() async {
        await report(.readOnly, .writable, votes: [first, first, first])
        #expect(await pair.writableNow == second)
    }

    @Test func votesThatAreOldCountNoMore() async throws {
        let pair = ServerPair(
            kind: "Redis", addresses: [first, second], witnesses: sentinels, patience: .milliseconds(50))
        for witness in sentinels { await pair.vote(for: second, by: witness) }
        try await Task.sleep(for: .milliseconds(60))
        await pair.report(.writable, of: first)
        #expect(await pair.writableNow == first)
    }
}
