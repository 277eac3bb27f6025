import Foundation
import Glibc
import Remote
import Testing

/// One change at a time on a host, whoever dies meanwhile; in the shells that hosts have.
///
/// Nothing here waits without an end: what a change waits for, and what a test waits for, is a file or a bounded time.
@Suite(.timeLimit(.minutes(10))) struct ChangeLockTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    private func make(_ name: String) { _ = FileManager.default.createFile(atPath: path(name), contents: nil) }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
    }

    private func cleanUp() { try? FileManager.default.removeItem(at: folder) }

    /// - Returns: whether it came true within half a minute.
    private func until(_ isTrue: @autoclosure () -> Bool) async -> Bool {
        for _ in 0..<1500 {
            if isTrue() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return isTrue()
    }

    /// Waits for a file, a minute at most.
    private func waiting(for name: String) -> Shell {
        "n=0; while [ ! -e \(path(name)) ] && [ $n -lt 1200 ]; do n=$((n + 1)); sleep 0.05; done"
    }

    /// The processes of changes whose script says so, by what is in their folder.
    private func runners(of text: String) -> [pid_t] {
        let jobs = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).map(path)
            .filter { (try? String(contentsOfFile: "\($0)/script", encoding: .utf8))?.contains(text) == true }
        let processes = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(pid_t.init)
        return processes.filter { process in
            let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")?.split(separator: 0) ?? []
            return words.contains { word in jobs.contains { $0.utf8.elementsEqual(word) } }
        }
    }

    /// The first one looks for the second one's beginning until its own end.
    @Test(arguments: ShellKind.allCases)
    func twoRunsAtOnceChangeAHostOneAfterTheOther(kind: ShellKind) async throws {
        defer { cleanUp() }
        try await kind.withShell(workshop: folder.path) { first in
            try await kind.withShell(workshop: folder.path) { second in
                let change: Shell = """
                    : >\(path("first")); n=0
                    while [ $n -lt 20 ]; do
                    n=$((n + 1)); [ ! -e \(path("second")) ] || exit 9; sleep 0.05
                    done
                    """
                async let one = first.run([.changes(change)])
                guard await until(exists("first")) else { Issue.record("the first never began"); return }
                let two = try await second.run([.changes(": >\(path("second"))")])
                let ended = try await one
                #expect(ended.map(\.status) == [0], "both changed the host at once")
                #expect(two.map(\.status) == [0])
            }
        }
    }

    @Test(arguments: ShellKind.allCases)
    func aRunThatComesAgainWaitsForWhatTheKilledOneStillDoes(kind: ShellKind) async throws {
        defer { cleanUp() }
        try await kind.withShell(workshop: folder.path) { shell in
            let change: Shell = ": >\(path("begun")); \(waiting(for: "go")); sleep 0.3; echo done >\(path("result"))"
            let running = Task { try await shell.run([.changes(change)]) }
            #expect(await until(exists("begun")))
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
        }
        try await kind.withShell(workshop: folder.path) { shell in
            make("go")
            let replies = try await shell.run([.changes("cat \(path("result"))")])
            #expect(replies == [Reply(stdout: "done\n")])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func aChangeWhoseClientIsGoneBeforeItsTurnDoesNotBegin(kind: ShellKind) async throws {
        defer { cleanUp() }
        try await kind.withShell(workshop: folder.path) { holder in
            let holding = Task {
                try await holder.run([.changes(": >\(path("begun")); \(waiting(for: "go"))")])
            }
            #expect(await until(exists("begun")))
            try await kind.withShell(greeting: [.reads("echo $$")], workshop: folder.path) { killed in
                let shell = try #require(pid_t(killed.greeting[0].output.trimmingCharacters(in: .newlines)))
                let change = Task { try await killed.run([.changes(": >\(path("late"))")]) }
                #expect(await until(!runners(of: path("late")).isEmpty), "it never came to wait for its turn")
                change.cancel()
                await #expect(throws: CancellationError.self) { try await change.value }
                #expect(await until(kill(shell, 0) != 0), "its shell lives on")
            }
            make("go")
            let held = try await holding.value
            #expect(held.map(\.status) == [0])
            #expect(await until(runners(of: path("late")).isEmpty))
            let after = try await holder.run([.changes(":")])
            #expect(after.map(\.status) == [0])
            #expect(!exists("late"), "it began although nobody waits for it")
        }
    }

    @Test(arguments: ShellKind.allCases)
    func aDaemonThatAChangeLeavesBehindDoesNotHoldTheLock(kind: ShellKind) async throws {
        defer { cleanUp() }
        // A change of its own ends the daemon in any case.
        let daemon: Shell =
            "sh -c \(": >\(path("up")); n=0; while [ ! -e \(path("stop")) ] && [ $n -lt 1200 ]; do n=$((n + 1)); sleep 0.05; done")"
        try await kind.withShell(workshop: folder.path) { shell in
            let started = try await shell.run([.changes("\(daemon) </dev/null >/dev/null 2>&1 &")])
            #expect(started.map(\.status) == [0])
            #expect(await until(exists("up")))
            async let next = shell.run([.changes(": >\(path("next"))")])
            let isFree = await until(exists("next"))
            make("stop")
            #expect(isFree, "the daemon holds the lock")
            let ended = try await next
            #expect(ended.map(\.status) == [0])
        }
    }

    /// The hang-up that a dying connection's shell passes on, and its signals to its group, don't reach it.
    @Test(arguments: ShellKind.allCases)
    func aChangeIsInASessionOfItsOwn(kind: ShellKind) async throws {
        defer { cleanUp() }
        try await kind.withShell(greeting: [.reads("read -r x x x x x s x </proc/$$/stat; echo $s")]) { shell in
            let replies = try await shell.run([
                .changes("read -r x x x x x s x </proc/$$/stat; echo $s"),
                .changes("read -r x x x x x s x </proc/$$/stat; echo $s", timeout: .seconds(120)),
            ])
            #expect(replies.map(\.status) == [0, 0])
            #expect(!replies.map(\.output).contains(shell.greeting[0].output))
        }
    }

    /// Between the loop and a fragment there is no way for the one to read what is meant for the other.
    @Test(arguments: ShellKind.allCases)
    func noFragmentInheritsTheConnectionOrTheLock(kind: ShellKind) async throws {
        defer { cleanUp() }
        let open: Shell = "for x in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$x ] || readlink /proc/$$/fd/$x; done"
        let look: Shell = "sh -c \(open.text)"
        try await kind.withShell(workshop: folder.path) { shell in
            let replies = try await shell.run([
                .reads(look), .reads(look, timeout: .seconds(120)), .changes(look),
                .changes(look, timeout: .seconds(120)),
            ])
            let left = replies.map { $0.output.split(separator: "\n").filter { !$0.contains("/script") } }
            #expect(left == [[], [], [], []])
        }
    }
}
