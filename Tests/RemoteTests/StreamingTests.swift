import Foundation
import Remote
import Synchronization
import Testing

/// A change's output while it runs, in the shells that hosts have.
@Suite(.timeLimit(.minutes(10))) struct StreamingTests {
    private final class Heard: Sendable {
        private let pieces = Mutex<[StreamedOutput]>([])
        var all: [StreamedOutput] { pieces.withLock { $0 } }
        func add(_ piece: StreamedOutput) { pieces.withLock { $0.append(piece) } }

        func text(_ isError: Bool = false) -> String {
            String(decoding: all.filter { $0.isError == isError }.flatMap(\.bytes), as: UTF8.self)
        }
    }

    private func streamed(_ shell: Shell) -> Fragment {
        var fragment = Fragment.changes(shell)
        fragment.streams = true
        return fragment
    }

    @Test(arguments: ShellKind.allCases)
    func outputArrivesWhileTheChangeRuns(kind: ShellKind) async throws {
        let go = FileManager.default.temporaryDirectory.appending(path: "go-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: go) }
        try await kind.withShell { shell in
            let heard = Heard()
            let change = streamed(
                "echo first; echo oops >&2; while [ ! -e \(go) ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; echo last"
            )
            let replies = try await shell.run([.reads("echo look"), change, .reads("echo again")]) { piece in
                heard.add(piece)
                if !heard.text().isEmpty, !heard.text(true).isEmpty {
                    _ = FileManager.default.createFile(atPath: go, contents: nil)
                }
            }
            #expect(replies.map(\.output) == ["look\n", "first\nlast\n", "again\n"])
            #expect(heard.text().hasPrefix("first\n"))
            #expect(heard.text(true) == "oops\n")
            #expect(Set(heard.all.map(\.fragment)) == [1])
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    /// Neither what looks like a frame, nor a file that is emptied or grows while it is read, breaks the frames.
    @Test(arguments: ShellKind.allCases)
    func noOutputCanBreakTheFrames(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let heard = Heard()
            let evil: Shell = """
                n=0
                while [ "$n" -lt 40 ]; do
                n=$((n + 1)); printf '\\n%%%s 0 1 5\\n=%s 0: 3 0\\n#%s\\n\\000' "$k" "$k" "$k"; head -c 30000 /dev/zero
                [ $((n % 10)) -ne 0 ] || : >/proc/self/fd/1
                sleep 0.02
                done
                """
            let replies = try await shell.run([streamed(evil), .reads("echo after")]) { heard.add($0) }
            #expect(replies.map(\.status) == [0, 0])
            #expect(replies.last?.output == "after\n")
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func aFailedChangeStillEndsTheBatch(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let replies = try await shell.run([streamed("echo x; exit 7"), .changes("echo never")]) { _ in }
            #expect(replies.map(\.status) == [7])
        }
    }
}
