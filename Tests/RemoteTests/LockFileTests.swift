import Foundation
import Testing

@testable import Remote

@Suite struct LockFileTests {
    private let file = LockFile(path: "\(FileManager.default.temporaryDirectory.path)/lock-\(UUID().uuidString)")

    private func record(_ token: String, message: String? = nil) -> LockRecord {
        LockRecord(
            token: token, holder: "anna", machine: "build1", pid: 4711, run: token, command: "deploy dist\nevil",
            since: "2026-01-18 02:00:00Z", message: message)
    }

    /// Runs the texts one after the other, each as a fragment of one shell.
    private func run(_ shells: Shell...) async throws -> [Reply] {
        var replies: [Reply] = []
        try await ShellKind.dash.withShell { shell in
            replies = try await shell.run(shells.map { .reads($0) })
        }
        return replies
    }

    private func cleanUp() {
        for end in ["", ".last", ".mutex", ".new"] { try? FileManager.default.removeItem(atPath: file.path + end) }
    }

    @Test func theFirstTakesItAndTheSecondIsToldWho() async throws {
        defer { cleanUp() }
        let replies = try await run(
            file.take(record("a")), file.take(record("b")), file.take(record("a")), file.check("a"), file.check("b"))
        #expect(replies.map(\.succeeded) == [true, false, true, true, false])
        let held = try #require(LockVerdict(replies[1]))
        #expect(held.kind == .held)
        #expect(held.sighting.record?.holder == "anna")
        #expect(held.sighting.record?.pid == 4711)
        #expect(held.sighting.record?.command == "deploy dist evil")
        #expect(try #require(held.sighting.age) < 30)
        #expect(try #require(LockVerdict(replies[4])).kind == .lost)
    }

    @Test func manyAtOnceGiveOneHolder() async throws {
        defer { cleanUp() }
        let file = file
        let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<12 {
                let record = record("run\(number)")
                group.addTask {
                    var replies: [Reply] = []
                    try await ShellKind.dash.withShell { replies = try await $0.run([.reads(file.take(record))]) }
                    return replies.first?.succeeded == true
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 1)
    }

    @Test func isGivenBackOnlyByItsHolder() async throws {
        defer { cleanUp() }
        let replies = try await run(
            file.take(record("a")), file.release("b").shell, file.look, file.release("a").shell, file.look)
        #expect(LockSighting(parsing: replies[2].stdout).record?.token == "a")
        let after = LockSighting(parsing: replies[4].stdout)
        #expect(after.record == nil)
        #expect(after.last == "a")
    }

    @Test func oneThatIsGivenBackWhileItIsLookedAtIsNone() async throws {
        defer { cleanUp() }
        let vanishing: Shell = """
            stat() { rm -f \(file.path); command stat "$@"; }
            \(file.look)
            """
        let replies = try await run(file.take(record("a")), vanishing)
        #expect(replies[1].succeeded && replies[1].errors.isEmpty, "\(replies[1].errors)")
        #expect(LockSighting(parsing: replies[1].stdout) == LockSighting(last: "a"))
    }

    @Test func aHolderIsTakenOverOnlyWhenItsHeartbeatStopped() async throws {
        defer { cleanUp() }
        let old: Shell = "touch -d '40 seconds ago' \(file.path)"
        let replies = try await run(
            file.take(record("a")), file.take(record("b"), deadAfter: 30), old, file.take(record("b")),
            file.take(record("b"), deadAfter: 30), file.check("a"), file.check("b"))
        #expect(replies.map(\.succeeded) == [true, false, true, false, true, false, true])
        #expect(LockVerdict(replies[5])?.sighting.record?.token == "b")
    }

    @Test func aHeartbeatKeepsItsHolderAlive() async throws {
        defer { cleanUp() }
        let replies = try await run(
            file.take(record("a")), "touch -d '40 seconds ago' \(file.path)", file.beat("a").shell,
            file.take(record("b"), deadAfter: 30))
        #expect(replies.last.flatMap(LockVerdict.init)?.kind == .held)
    }

    @Test func oneTakenByHandIsNeverStale() async throws {
        defer { cleanUp() }
        let replies = try await run(
            file.take(record("a", message: "moving racks")), "touch -d '2 days ago' \(file.path)",
            file.take(record("b"), deadAfter: 30))
        let verdict = try #require(replies.last.flatMap(LockVerdict.init))
        #expect(verdict.kind == .held)
        #expect(verdict.sighting.record?.message == "moving racks")
    }

    @Test func whatWasSeenBeforeAnothersRunIsStale() async throws {
        defer { cleanUp() }
        let replies = try await run(
            file.take(record("a"), seen: ""), file.release("a").shell, file.take(record("b"), seen: ""),
            file.take(record("b"), seen: ""), file.release("b").shell, file.take(record("c"), seen: "b"))
        #expect(replies[0].succeeded)
        #expect(LockVerdict(replies[2])?.kind == .stale)
        // It is held all the same.
        #expect(replies[3].succeeded)
        #expect(replies[5].succeeded)
    }
}
