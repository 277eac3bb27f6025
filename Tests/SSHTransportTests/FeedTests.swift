import Foundation
import Glibc
import Remote
import SSHTransport
import Testing

/// Fragments that are fed while they run, against a real sshd.
@Suite struct FeedTests {
    private let frames = (1...9).map { [UInt8](repeating: UInt8($0), count: $0 << 19) }

    @Test func carriesMoreThanFitsOnTheWayAndLeavesTheShellUsable() async throws {
        try await TestServer.run { server in
            let shell = try await server.connect().shell(as: nil, greeting: [])
            let reply = try await shell.run(.changes("cksum; echo said >&2"), fedBy: Frames(frames))
            let whole = try await shell.run([.reads("cksum <\"$in1\"", inputs: [frames.flatMap { $0 }])]).first
            #expect(reply.output == whole?.output)
            #expect(reply.errors == "said\n")
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    @Test func givesTheStatusOfAFragmentThatDoesNotWantItAll() async throws {
        try await TestServer.run { server in
            let shell = try await server.connect().shell(as: nil, greeting: [])
            async let second = shell.run([.reads("echo next")])
            let reply = try await shell.run(.changes("head -c 3 >/dev/null; exit 7"), fedBy: Frames(frames))
            #expect(reply.status == 7)
            #expect(try await second.first?.output == "next\n")
        }
    }

    @Test func aFeedThatFailsEndsTheFragmentAndIsThrown() async throws {
        try await TestServer.run { server in
            let shell = try await server.connect().shell(as: nil, greeting: [])
            let feed = Frames(frames, failure: TransportError.lost(host: "disk", reason: "gone"))
            await #expect(throws: TransportError.lost(host: "disk", reason: "gone")) {
                try await shell.run(.changes("cat >/dev/null"), fedBy: feed)
            }
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    /// It has read all that came, and then does not end by itself.
    @Test func aFedFragmentDoesNotOutliveItsConnection() async throws {
        try await TestServer.run { server in
            let file = server.folder.appending(path: "reader").path
            let shell = try await server.connect().shell(as: nil, greeting: [])
            let fragment: Shell =
                "exec sh -c \("cat >/dev/null & echo $$ >\(file).new; mv \(file).new \(file); exec sleep 300")"
            let run = Task { try await shell.run(.changes(fragment), fedBy: Stalled()) }
            for _ in 0..<1500 where !FileManager.default.fileExists(atPath: file) {
                try await Task.sleep(for: .milliseconds(20))
            }
            server.killSessions()
            await #expect(throws: (any Error).self) { try await run.value }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            for _ in 0..<1500 where kill(process, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(kill(process, 0) != 0, "the fragment lives on without its connection")
        }
    }

    @Test func aCancelledFeedEnds() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            // It reads nothing, so that the feed waits for room.
            let frames = frames
            let run = Task { try await shell.run(.changes("exec sleep 60"), fedBy: Frames(frames + frames)) }
            try await Task.sleep(for: .milliseconds(500))
            run.cancel()
            await #expect(throws: (any Error).self) { try await run.value }
            #expect(try await connection.shell(as: nil, greeting: []).run([.reads("echo on")]).first?.output == "on\n")
        }
    }
}

private actor Frames: ByteFeed {
    private var frames: ArraySlice<[UInt8]>
    private let failure: TransportError?

    init(_ frames: [[UInt8]], failure: TransportError? = nil) {
        self.frames = frames[...]
        self.failure = failure
    }

    func next() throws -> [UInt8]? {
        if let frame = frames.popFirst() { return frame }
        if let failure { throw failure }
        return nil
    }
}

/// Gives something and then nothing more, and no end.
private struct Stalled: ByteFeed {
    private let first = First()

    func next() async throws -> [UInt8]? {
        if await first.take() { return [1, 2, 3] }
        try await Task.sleep(for: .seconds(60))
        return nil
    }

    private actor First {
        private var isTaken = false

        func take() -> Bool {
            defer { isTaken = true }
            return !isTaken
        }
    }
}
