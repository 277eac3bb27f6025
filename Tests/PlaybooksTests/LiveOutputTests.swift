import Fleet
import Foundation
import Modules
import Remote
import Testing
import YAML

@testable import Playbooks

/// `-v`: what long commands print, while they run (ansible/ansible#3887, #4870, #17350).
@Suite(.timeLimit(.minutes(10))) struct LiveOutputTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    private func output(_ run: TestRun) -> [String] {
        run.recorder.all.flatMap { if case .output(_, _, let lines, _) = $0 { lines } else { [String]() } }
    }

    /// It goes on only when its first line has been told.
    private func project(_ first: String, rest: String = "echo last", keywords: String = "") -> Project {
        var project = Project(
            """
            - hosts: all
              tasks:
                - name: Build
                  shell: "\(first); while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; \(rest)"
            \(keywords)
            """)
        project.options.verbosity = 1
        return project
    }

    private func letGo(_ path: String) -> Recorder {
        Recorder { event in
            if case .output = event { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        }
    }

    @Test func aLongCommandsOutputIsToldWhileItRuns() async throws {
        let run = try await project("echo first; echo oops >&2").run(recorder: letGo("\(root.path)/go"))
        #expect(run.status("Build") == .changed)
        #expect(output(run).sorted() == ["first", "last", "oops"])
        #expect(run.reports.last?.result["stdout"] == "first\nlast")
    }

    @Test func nothingIsStreamedWhereNobodyAsked() async throws {
        var quiet = project("true; touch \(root.path)/go")
        quiet.options.verbosity = 0
        let run = try await quiet.run()
        #expect(output(run).isEmpty)
        #expect(run.transport.roundTrips.flatMap(\.fragments).allSatisfy { !$0.streams })
    }

    @Test func noLogStreamsNothing() async throws {
        let run = try await project("echo hidden; touch \(root.path)/go", keywords: "      no_log: true").run()
        #expect(output(run).isEmpty)
    }

    @Test func aSecretThatArrivesInTwoPiecesIsMasked() async throws {
        var project = project(
            "echo begun; sleep 0.6; printf 'it is ge'; sleep 0.6; printf 'heim1234 today\\\\n'; touch \(root.path)/go")
        project.inventory += "  vars: { db_password: geheim1234 }\n"
        let run = try await project.run()
        #expect(output(run).contains("it is ******** today"), "\(output(run))")
        #expect(!output(run).joined().contains("heim1234"))
    }

    /// Every way to cut a text that holds secrets, one of them of several lines.
    @Test func noCutShowsAPartOfASecret() throws {
        let redactor = Redactor(["geheim1234", "abc\ndef\nghi"])
        let text = Array("one geheim1234 two\nabc\ndef\nghi three\ngeheim123 abc\nend".utf8)
        let expected = ["one ******** two", "******** three", "geheim123 abc", "end"]
        for first in 0...text.count {
            for second in stride(from: first, through: text.count, by: 3) {
                var output = LiveOutput()
                var lines: [String] = []
                for part in [text[..<first], text[first..<second], text[second...]] {
                    lines += output.lines(
                        of: StreamedOutput(fragment: 0, isError: false, bytes: Array(part)), hiding: redactor)
                }
                lines += output.rest(of: 0, isError: false, whole: text, hiding: redactor)
                #expect(lines == expected, "cut at \(first) and \(second)")
            }
        }
    }

    /// A key that nobody knew of, in pieces of every size.
    @Test func noCutShowsAPrivateKey() throws {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ\nabcdef\n-----END RSA PRIVATE KEY-----\n"
        let text = Array("so\n\(key)it is\n".utf8)
        let expected = [
            "so", "-----BEGIN RSA PRIVATE KEY-----", "********", "-----END RSA PRIVATE KEY-----", "it is",
        ]
        for size in 1...text.count {
            var output = LiveOutput()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let piece = Array(text[start..<min(start + size, text.count)])
                lines += output.lines(
                    of: StreamedOutput(fragment: 0, isError: false, bytes: piece), hiding: Redactor())
            }
            lines += output.rest(of: 0, isError: false, whole: text, hiding: Redactor())
            #expect(lines == expected, "in pieces of \(size)")
        }
    }

    @Test func whatIsKeptUnderASecretsNameIsNotStreamed() async throws {
        let run = try await project(
            "echo geheim-streamed; touch \(root.path)/go", keywords: "      register: root_password"
        ).run()
        #expect(output(run).isEmpty)
        #expect(run.reports.last?.result["stdout"] == "********")
    }

    @Test func argumentsAreToldWithSecretsMasked() async throws {
        var project = Project(
            """
            - hosts: all
              tasks:
                - copy: { dest: "\(root.path)/a", content: "{{ db_password }} x", mode: "0600" }
                - copy: { dest: "\(root.path)/b", content: "hidden" }
                  no_log: true
            """)
        project.inventory += "  vars: { db_password: geheim1234 }\n"
        project.options.verbosity = 3
        let run = try await project.run()
        #expect(run.reports[0].arguments?["mode"] == "0600")
        #expect(run.reports[0].arguments?["content"] == "******** x")
        #expect(run.reports[1].arguments == nil)
        let sent = run.recorder.all.compactMap { if case .sent(_, _, let text) = $0 { text } else { nil } }
        #expect(!sent.isEmpty)
        #expect(!sent.joined().contains("geheim"))
        #expect(!sent.joined().contains("hidden"))
    }
}
