import Foundation
import Glibc
import Remote
import Testing

/// The bootstrap as it runs in the shells that hosts have.
@Suite(.timeLimit(.minutes(10))) struct RemoteShellTests {
    @Test(arguments: ShellKind.allCases)
    func answersTheGreeting(kind: ShellKind) async throws {
        try await kind.withShell(greeting: [.reads("echo hello; echo oops >&2; exit 3")]) { shell in
            #expect(shell.greeting[0] == Reply(status: 3, stdout: "hello\n", stderr: "oops\n"))
        }
    }

    @Test(arguments: ShellKind.allCases)
    func aGreetingOfSeveralFragmentsIsGivenInputs(kind: ShellKind) async throws {
        let big = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let greeting: [Fragment] = [
            .reads("echo one"), .reads("cat \"$in1\" \"$in2\"", inputs: [Array("a\0".utf8), big]), .reads("exit 4"),
        ]
        try await kind.withShell(greeting: greeting) { shell in
            let both = Reply(stdout: Array("a\0".utf8) + big)
            #expect(shell.greeting == [Reply(stdout: "one\n"), both, Reply(status: 4)])
            let replies = try await shell.run([.reads("echo on")])
            #expect(replies == [Reply(stdout: "on\n")])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func keepsFragmentsApart(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let replies = try await shell.run([
                .reads("cd /usr; a=1; pwd"), .reads("pwd; echo \"[$a]\"; exit 7"), .reads("printf 'no newline'"),
                .reads("if then"), .reads("return 4"), .reads("cat; echo $#"), .reads(""),
                .reads("sh -c 'kill -9 $$'"),
            ])
            #expect(replies.map(\.status).prefix(3) == [0, 7, 0])
            #expect(replies[0].output == "/usr\n")
            #expect(replies[1].output.hasSuffix("\n[]\n"))
            #expect(replies[2].output == "no newline")
            #expect(replies[3].status != 0 && !replies[3].stderr.isEmpty)
            #expect(replies[4].status == 4)
            #expect(replies[5].output == "0\n")
            #expect(replies[6] == Reply())
            #expect(replies[7].status == 137)
            #expect(try await shell.run([.reads("echo still here")]) == [Reply(stdout: "still here\n")])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func carriesAnyBytesBothWays(kind: ShellKind) async throws {
        let every = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 256) }
        let quotes = Array("it's \"$HOME\" `x` \\ \n\n#\n".utf8)
        try await kind.withShell { shell in
            let replies = try await shell.run([
                .reads("cat \"$in2\" \"$in1\"", inputs: [every, quotes]),
                .reads("cat \"$in1\"; ls -l \"$in1\"", inputs: [[]]),
                .changes("cat \"$in1\" >&2", inputs: [every]), .reads("echo \"[$in1]\""),
            ])
            try #require(replies.map(\.status) == [0, 0, 0, 0])
            #expect(replies[0].stdout == quotes + every)
            #expect(replies[1].output.hasPrefix("-rw-------"))
            #expect(replies[2].stderr == every)
            #expect(replies[3].output == "[]\n")
        }
    }

    @Test(arguments: ShellKind.allCases)
    func carriesMuch(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let replies = try await shell.run([.reads("head -c 20000000 /dev/zero"), .reads("echo after")])
            try #require(replies.count == 2)
            #expect(replies[0].stdout.count == 20_000_000)
            #expect(replies[1].output == "after\n")
            let input = [UInt8](repeating: 88, count: 50_000_001)
            let sizes = try await shell.run([
                .reads("wc -c <\"$in1\"", inputs: [input]), .changes("wc -c <\"$in1\"", inputs: [input]),
            ])
            #expect(sizes.map { $0.output.filter { !$0.isWhitespace } } == ["50000001", "50000001"])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func removesInputsWithTheirFragment(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let first = try await shell.run([
                .reads("echo \"$in1\"", inputs: [[1]]), .changes("echo \"$in1\"", inputs: [[2]]),
                .reads("echo \"$in1\"", inputs: [[UInt8](repeating: 0, count: 2_000_000)]),
            ])
            for path in first.map({ $0.output.trimmingCharacters(in: .newlines) }) {
                #expect(try await shell.run([.reads("[ -e \(path) ]")]).first?.status == 1)
            }
        }
    }

    @Test(arguments: ShellKind.allCases)
    func survivesAFileThatKeepsGrowing(kind: ShellKind) async throws {
        // It ends with its shell, so that a test that is stopped leaves no writer behind.
        let writing: Shell = "while kill -0 $$; do echo growing; done 2>/dev/null & echo $! >&2"
        try await kind.withShell { shell in
            for _ in 0..<5 {
                let replies = try await shell.run([
                    .reads(writing), .reads("sleep 0.1; echo second"),
                ])
                #expect(replies[1].output == "second\n")
                let writer = replies[0].errors.prefix { $0 != "\n" }
                let ended = try await shell.run([.reads("kill -9 \(String(writer))")])
                #expect(ended.first?.status == 0)
            }
        }
    }

    @Test(arguments: ShellKind.allCases)
    func endsFragmentsAtTheirTimeout(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let replies = try await shell.run([
                .reads("echo begun; sleep 60", timeout: .seconds(2)),
                .reads("echo \"$in1\" | wc -l; exit 5", inputs: [[1]], timeout: .seconds(120)),
                .changes("echo begun; sleep 60", timeout: .seconds(2)),
            ])
            #expect(replies.map(\.status) == [124, 5, 124])
            #expect(replies.map(\.output).map { $0.contains("begun") } == [true, false, true])
        }
    }

    @Test(arguments: ShellKind.allCases)
    func skipsWhatFollowsAFailedChange(kind: ShellKind) async throws {
        try await kind.withShell { shell in
            let replies = try await shell.run([
                .reads("exit 1"), .changes("true"), .changes("echo bad >&2; exit 9"), .reads("echo never"),
                .changes("cat \"$in1\"", inputs: [[1, 2]]),
            ])
            try #require(replies.map(\.status) == [1, 0, 9])
            #expect(replies[2].errors == "bad\n")
            #expect(try await shell.run([]) == [])
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    @Test func aChangeOutlivesItsClientAndAReadDoesNot() async throws {
        let marker = FileManager.default.temporaryDirectory.appending(path: "change-\(UUID().uuidString)").path
        try await ShellKind.dash.withShell { shell in
            let change: Shell = """
                : >\(marker).begun
                while [ ! -e \(marker).go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done
                echo done >\(marker)
                """
            let waiting = Task { try await shell.run([.changes(change)]) }
            while !FileManager.default.fileExists(atPath: "\(marker).begun") {
                try await Task.sleep(for: .milliseconds(20))
            }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(!FileManager.default.fileExists(atPath: marker))
            #expect(FileManager.default.createFile(atPath: "\(marker).go", contents: nil))
        }
        try await ShellKind.dash.withShell { shell in
            let reader: Shell =
                "exec sh -c \("echo $$ >\(marker).part; mv \(marker).part \(marker).pid; exec sleep 600")"
            let reading = Task { try await shell.run([.reads(reader)]) }
            while !FileManager.default.fileExists(atPath: "\(marker).pid") {
                try await Task.sleep(for: .milliseconds(20))
            }
            reading.cancel()
            _ = try? await reading.value
        }
        let text = try String(contentsOfFile: "\(marker).pid", encoding: .utf8)
        let reader = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        for _ in 0..<500 where kill(reader, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(kill(reader, 0) != 0, "the reading fragment lives on without its client")
        try await ShellKind.dash.withShell { shell in
            // The lock makes the second change wait for the first.
            let replies = try await shell.run([.changes("cat \(marker)")])
            #expect(replies == [Reply(stdout: "done\n")])
        }
        for path in [marker, "\(marker).begun", "\(marker).go", "\(marker).pid"] {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// However it is run, and whatever it does about signals.
    @Test(arguments: ShellKind.allCases)
    func noReadingFragmentOutlivesItsConnection(kind: ShellKind) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "reader-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let endless: Shell = """
            exec sh -c \("echo $$ >\(file).new; mv \(file).new \(file); while [ $((n += 1)) -lt 2400 ]; do sleep 0.05; done")
            """
        for fragment: Fragment in [
            .reads(endless), .reads("trap '' 1 2 13 15; \(endless)"), .reads(endless, timeout: .seconds(600)),
            .reads("trap '' 1 2 13 15; \(endless)", timeout: .seconds(600)),
        ] {
            try? FileManager.default.removeItem(atPath: file)
            try await kind.withShell { shell in
                let reading = Task { try await shell.run([fragment]) }
                for _ in 0..<1500 where !FileManager.default.fileExists(atPath: file) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                reading.cancel()
                _ = try? await reading.value
            }
            guard kind.program != nil else { return }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let reader = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            for _ in 0..<1500 where kill(reader, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(kill(reader, 0) != 0, "\(fragment.shell)")
        }
    }

    @Test func oneShellServesAllCallersOfAnAccount() async throws {
        let connection = try await LocalTransport().connect(to: Endpoint(name: "here", address: "localhost"))
        let first = try await connection.shell(as: nil, greeting: [.reads("echo $$")])
        let second = try await connection.shell(as: nil, greeting: [.reads("echo $$")])
        let beside = try await connection.companion(as: nil)
        let replies = try await beside.run([.reads("echo $$")])
        #expect(first.greeting[0].output == second.greeting[0].output)
        #expect(replies.first?.output != first.greeting[0].output)
        await connection.close()
    }

    @Test func leavesNoTemporaryFiles() async throws {
        var folder = ""
        try await ShellKind.dash.withShell(greeting: [.reads("echo \"$_ic_d\"")]) { shell in
            folder = shell.greeting[0].output.trimmingCharacters(in: .newlines)
            _ = try await shell.run([.reads("seq 1000"), .changes("true")])
            let left = try await shell.run([.reads("ls \(folder)")])[0].output
            #expect(left.split(separator: "\n").count < 6)
        }
        for _ in 0..<100 where FileManager.default.fileExists(atPath: folder) {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(!folder.isEmpty && !FileManager.default.fileExists(atPath: folder))
    }
}
