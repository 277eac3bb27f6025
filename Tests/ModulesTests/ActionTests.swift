import Diagnostics
import Foundation
import Health
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// Modules that always act, and modules that need no host.
@Suite struct ActionTests {
    @Test func runsAProgramNotABuiltin() async throws {
        let outcome = try await act("command", ["cmd": "echo 'a\\nb' $NO_SUCH_VARIABLE"])
        #expect(outcome.changed)
        #expect(outcome.result["stdout"] == "a\\nb $NO_SUCH_VARIABLE")
        #expect(outcome.result["cmd"] == ["echo", "a\\nb", "$NO_SUCH_VARIABLE"])
    }

    @Test func givesStandardInput() async throws {
        #expect(try await act("command", ["argv": ["cat"], "stdin": "x"]).result["stdout_lines"] == ["x"])
        #expect(try await act("shell", ["cmd": "read line; echo \"<$line>\"", "stdin": "y"]).result["stdout"] == "<y>")
        #expect(try await act("shell", ["cmd": "cat", "executable": "/bin/bash"]).result["stdout"] == "")
    }

    /// As with Ansible, whose shell gets the text by `-c`.
    @Test(arguments: ["/bin/sh", "/bin/bash"]) func anotherShellReadsTheTextAsIfByC(executable: String) async throws {
        let text = "echo \"$0 $#\"\ncat\necho 'it'\\''s' \\\n  fine\nexit 7"
        let failure = await #expect(throws: ModuleFailure.self) {
            try await act("shell", ["cmd": .string(text), "executable": .string(executable), "stdin": "in"])
        }
        #expect(failure?.result["rc"] == 7)
        #expect(failure?.result["stdout_lines"] == [.string("\(executable) 0"), "in", "it's fine"])
    }

    @Test func anotherShellsTextIsInNoArgumentList() async throws {
        let look = "echo geheim >/dev/null; tr '\\0' '\\n' </proc/$$/cmdline; ls -l /proc/self/fd"
        let outcome = try await act("shell", ["cmd": .string(look), "executable": "/bin/bash"])
        let printed = try #require(outcome.result["stdout"]?.string)
        #expect(printed.contains("/bin/bash"))
        #expect(!printed.contains("geheim"))
        #expect(!printed.contains("9 ->"))
    }

    @Test func reportsAFailedCommand() async throws {
        let failure = await #expect(throws: ModuleFailure.self) {
            try await act("shell", ["cmd": "echo out; echo why >&2; exit 3", "chdir": "/"])
        }
        #expect(failure?.message == "non-zero return code: why (exit status 3)")
        #expect(failure?.result["rc"] == 3)
        #expect(failure?.result["stdout"] == "out")
    }

    @Test func survivesTextThatIsNoShell() async throws {
        await #expect(throws: ModuleFailure.self) { try await act("shell", ["cmd": "echo ')' ; ("]) }
        #expect(try await act("shell", ["cmd": "echo \"it's\" 'fine'"]).result["stdout"] == "it's fine")
    }

    @Test func waitsForWhatARegularExpressionOfPythonsFinds() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "wait-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        // Longer than what is read again though it has not changed.
        let text = String(repeating: "nothing here\n", count: 9000)
        try text.write(to: file, atomically: true, encoding: .utf8)
        let arguments: [String: Value] = [
            "path": .string(file.path), "search_regex": #"^port=(?P<port>\d+)(x)?$"#, "timeout": 20,
        ]
        async let waiting = act("wait_for", arguments)
        try await Task.sleep(for: .milliseconds(1300))
        try (text + "port=80\nmore\n").write(to: file, atomically: false, encoding: .utf8)
        let result = try await waiting.result
        #expect(result["match_groups"] == ["80", .null])
        #expect(result["match_groupdict"] == ["port": "80"])
        #expect(result["path"] == .string(file.path))
        #expect(result["port"] == .null)
    }

    @Test func refusesToWaitForWhatIsNoRegularExpression() {
        #expect(throws: Problem.self) { try makeModule("wait_for", ["path": "/x", "search_regex": "a("]) }
    }

    @Test func assertsExpressions() throws {
        #expect(try evaluate("assert", ["that": ["true", true]]).result["msg"] == "All assertions passed")
        let failure = #expect(throws: ModuleFailure.self) {
            try evaluate("assert", ["that": ["true", "false"], "fail_msg": "no"])
        }
        #expect(failure?.message == "no")
        #expect(failure?.result["assertion"] == "false")
        #expect(throws: ModuleFailure.self) { try evaluate("assert", ["that": "1"]) }
    }

    @Test func showsAndSetsValues() throws {
        #expect(try evaluate("debug", ["msg": "hi"]).message == "hi")
        #expect(try evaluate("debug", ["var": "true"]).result["true"] == true)
        #expect(try evaluate("set_fact", ["a_1": [1]]).facts == ["a_1": [1]])
        #expect(throws: (any Error).self) { try evaluate("set_fact", ["a-b": 1]) }
        #expect(throws: ModuleFailure.self) { try evaluate("fail", ["msg": "stop"]) }
    }

    private func act(_ name: String, _ values: [String: Value]) async throws -> Outcome {
        let action = try #require(try makeModule(name, values) as? any Action)
        return try await action.act(on: LocalActionHost(host: LocalHost()))
    }

    private func evaluate(_ name: String, _ values: [String: Value]) throws -> Outcome {
        try #require(try makeModule(name, values) as? any LocalModule).evaluate()
    }
}

private struct LocalActionHost: ActionHost {
    let host: LocalHost
    let name = "here"
    let facts = HostFacts()

    var http: any HTTPProbe { NoHTTP() }
    func run(_ fragments: [Fragment]) async throws -> [Reply] { try await host.run(fragments) }
    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        throw ModuleFailure("there is no tunnel")
    }
    func peer(_ name: String) async throws -> any ActionHost { throw ModuleFailure("there is no other host") }
    func progress(_ text: String) async {}
}

private struct NoHTTP: HTTPProbe {
    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        throw HTTPError(url: request.url, reason: "there is no network")
    }
}
