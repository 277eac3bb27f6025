import ArgumentParser
import Foundation
import Health
import Modules
import Playbooks
import Remote
import Testing
import YAML

@testable import Commands

/// The commands themselves, on this machine under the name of a host.
@Suite struct PlanCommandTests {
    private let project: ScratchProject

    init() throws { project = try ScratchProject() }

    @Test func planSaysByItsExitCodeWhetherThereIsSomethingToDo() async throws {
        #expect(try await project.plan("--exit-code") == 3)
        #expect(try await project.plan() == 0)
        #expect(try await project.apply(project.playbook) == 0)
        #expect(try await project.plan("--exit-code") == 0)
    }

    @Test func aSavedPlanIsItsOwnersAlone() async throws {
        #expect(try await project.plan("--save", project.file("site.plan")) == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: project.file("site.plan"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: project.path).filter { $0.contains(".plan") }.count == 1
        )
    }

    @Test func aSavedPlanIsMadeAndThenHasNothingToDo() async throws {
        _ = try await project.plan("--save", project.file("site.plan"))
        #expect(try await project.apply(project.file("site.plan")) == 0)
        #expect(project.read("made") == "text\n")
        #expect(try await project.apply(project.file("site.plan")) == 0)
        #expect(try await project.plan("--exit-code") == 0)
    }

    @Test func aHostThatHasMovedIsNotTouched() async throws {
        try project.write("made", "first\n")
        _ = try await project.plan("--save", project.file("site.plan"))
        try project.write("made", "second\n")
        let failure = try await project.failure { _ = try await project.apply(project.file("site.plan")) }
        #expect(failure?.status == .badInput)
        #expect(failure?.description.contains("one: Write") == true)
        #expect(project.read("made") == "second\n")
    }

    @Test func aPlanOfAnotherProjectIsRefused() async throws {
        _ = try await project.plan("--save", project.file("site.plan"))
        try project.write("site.yml", ScratchProject.playbook(in: project.path, text: "other"))
        let failure = try await project.failure { _ = try await project.apply(project.file("site.plan")) }
        #expect(failure?.description.contains("site.yml was changed") == true)
        #expect(project.read("made") == nil)
    }

    @Test func aPlanIsForItsOwnHostsAndFlags() async throws {
        let plan = project.file("site.plan")
        _ = try await project.plan("--limit", "one", "--save", plan)
        let others = try await project.failure { _ = try await project.apply(plan, "--limit", "two") }
        #expect(others?.status == .usage)
        #expect(others?.description.contains("has nothing for two") == true)
        let tags = try await project.failure { _ = try await project.apply(plan, "--tags", "x") }
        #expect(tags?.status == .usage)
    }

    @Test func secretsOfTheCommandLineAreNotKeptAndAskedForAgain() async throws {
        let plan = project.file("site.plan")
        _ = try await project.plan("-e", "db_password=geheimnis1234", "--save", plan)
        #expect(project.read("site.plan")?.contains("geheimnis") == false)
        let missing = try await project.failure { _ = try await project.apply(plan) }
        #expect(missing?.description.contains("db_password") == true)
        let other = try await project.failure { _ = try await project.apply(plan, "-e", "db_password=x1y2z3w4") }
        #expect(other?.description.contains("-e db_password differs") == true)
        #expect(try await project.apply(plan, "-e", "db_password=geheimnis1234") == 0)
        #expect(project.read("made") == "text\n")
    }

    @Test func driftIsTheDifferencesAndNothingElse() async throws {
        #expect(try await project.apply(project.playbook) == 0)
        #expect(try await project.drift() == 0)
        try project.write("made", "by hand\n")
        #expect(try await project.drift() == 3)
        #expect(project.read("made") == "by hand\n")
    }
}

/// A playbook with an inventory of hosts that are this machine.
struct ScratchProject {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write("hosts.yml", "all:\n  vars: { ansible_connection: local }\n  hosts:\n    one:\n    two:\n")
        try write("site.yml", Self.playbook(in: path, text: "text"))
    }

    static func playbook(in path: String, text: String) -> String {
        """
        - hosts: all
          tasks:
            - name: Write
              copy: { dest: "\(path)/made", content: "\(text)\\n" }
              when: inventory_hostname == 'one'
            - name: Look
              command: cat \(path)/made
              changed_when: false
              when: inventory_hostname == 'one'
        """
    }

    var playbook: String { file("site.yml") }
    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(filePath: file(name))) }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: file(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Returns: the exit code.
    func plan(_ words: String...) async throws -> Int32 {
        let command = try Plan.parse([playbook, "-i", file("hosts.yml")] + words)
        return try await code { try await command.run(in: context) }
    }

    func apply(_ what: String, _ words: String...) async throws -> Int32 {
        let inventory = what == playbook ? ["-i", file("hosts.yml")] : []
        // Other tests take this machine's lock too.
        let command = try Apply.parse([what, "--lock-wait", "10m"] + inventory + words)
        return try await code { try await command.run(in: context) }
    }

    /// - Parameter screen: where it is shown.
    func apply(_ what: String, _ words: [String], on screen: Screen) async throws -> Int32 {
        var context = context
        context.console = Console(screen, outputIsTerminal: false, errorIsTerminal: false, environment: [:])
        let command = try Apply.parse([what, "--lock-wait", "10m", "-i", file("hosts.yml")] + words)
        return try await code { [context] in try await command.run(in: context) }
    }

    func drift() async throws -> Int32 {
        let command = try Drift.parse([playbook, "-i", file("hosts.yml")])
        return try await code { try await command.run(in: context) }
    }

    func failure(_ body: () async throws -> Void) async throws -> CommandFailure? {
        do {
            try await body()
            return nil
        } catch let failure as CommandFailure {
            return failure
        }
    }

    private func code(_ body: () async throws -> Void) async throws -> Int32 {
        do {
            try await body()
            return 0
        } catch let exit as ExitCode {
            return exit.rawValue
        }
    }

    private var context: Context {
        let local = LocalTransport(workshop: path)
        return Context(
            environment: [:], console: Console(environment: ["NO_COLOR": "1"]), files: LocalProjectFiles(),
            registry: .builtin, transports: .init(ssh: local, local: local), http: NoHTTP())
    }
}

private struct NoHTTP: HTTPProbe {
    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        throw HTTPError(url: request.url, reason: "no HTTP here")
    }
}
