import Remote
import SSHTransport
import Testing

/// How often a connection waits for the other side, counted on the wire.
@Suite(.serialized) struct RoundTripTests {
    /// With the one for TCP, and the one in which a run looks at everything, they are within the fourteen that a run
    /// without changes may take.
    @Test func loggingInAndBecomingRootTakesAtMostElevenRoundTrips() async throws {
        try await TestAccount.run(sudo: "ALL=(ALL) ALL") { server, account in
            let link = try CountingLink(to: server.port)
            defer { link.close() }
            var endpoint = try account.endpoint(server)
            endpoint.port = link.port
            let connection = try await server.transport.connect(to: endpoint)
            let shell = try await connection.shell(
                as: Become(password: Secret(account.password)), greeting: [.reads("id -un")])
            #expect(shell.greeting[0].output == "root\n")
            #expect(link.roundTrips <= 11)
        }
    }

    @Test func aRequestTakesOneRoundTripHoweverMuchItAsks() async throws {
        try await TestServer.run { server in
            let link = try CountingLink(to: server.port)
            defer { link.close() }
            var endpoint = try server.endpoint()
            endpoint.port = link.port
            let shell = try await server.transport.connect(to: endpoint).shell(as: nil, greeting: [])
            // On a busy machine the two ends' bytes may cross once, which looks like one more.
            var least = Int.max
            for _ in 0..<3 {
                let before = link.roundTrips
                let replies = try await shell.run(
                    (0..<30).map { .reads("echo \($0)") }
                        + (0..<5).map { .changes("cat \"$in1\"", inputs: [Array("\($0)".utf8)]) })
                #expect(replies.map(\.output) == (0..<30).map { "\($0)\n" } + (0..<5).map { "\($0)" })
                least = min(least, link.roundTrips - before)
            }
            #expect(least == 1)
        }
    }
}
