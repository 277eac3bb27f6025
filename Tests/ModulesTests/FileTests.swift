import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// Modules that write files, on this machine's own file system.
@Suite struct FileTests {
    private let host: LocalHost

    init() async throws { host = try await LocalHost() }

    @Test func writesAFileOnceAndThenNoMore() async throws {
        try await withFolder { folder in
            let arguments: [String: Value] = [
                "dest": .string("\(folder)/a b.conf"), "content": "one\ntwo\n", "mode": "0640",
            ]
            let first = try await host.converge("copy", arguments)
            #expect(first.summaries == ["create (2 lines), mode 0640"])
            #expect(try String(contentsOfFile: "\(folder)/a b.conf", encoding: .utf8) == "one\ntwo\n")
            #expect(try mode("\(folder)/a b.conf") == 0o640)
            #expect(try await host.converge("copy", arguments).changes.isEmpty)
        }
    }

    @Test func showsWhatChangesInAFile() async throws {
        try await withFolder { folder in
            let path = "\(folder)/my.cnf"
            try "a\nb\nc\n".write(toFile: path, atomically: true, encoding: .utf8)
            let run = try await host.converge(
                "copy", ["dest": .string(path), "content": "a\nB\nc\n", "mode": "u=rw,go="])
            #expect(run.summaries == ["content (1 line changed), mode 0644 → 0600"])
            #expect(run.changes.first?.diff == TextDiff(name: path, before: "a\nb\nc\n", after: "a\nB\nc\n"))
        }
    }

    @Test func keepsTheOldFileWhenValidationFails() async throws {
        try await withFolder { folder in
            let path = "\(folder)/sudoers"
            try "good\n".write(toFile: path, atomically: true, encoding: .utf8)
            let failure = await #expect(throws: ModuleFailure.self) {
                try await host.converge(
                    "copy",
                    [
                        "dest": .string(path), "content": "bad\n",
                        "validate": "sh -c 'grep -q good %s || { echo no good >&2; exit 3; }'",
                    ])
            }
            #expect(failure?.message == "content (1 line changed): no good (exit status 3)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "good\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sudoers"])
        }
    }

    @Test func keepsABackup() async throws {
        try await withFolder { folder in
            let path = "\(folder)/f"
            try "old".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(chmod(path, 0o600) == 0)
            let run = try await host.converge("copy", ["dest": .string(path), "content": "new", "backup": true])
            #expect(try mode(path) == 0o600)
            let backup = try #require(run.result["backup_file"]?.string)
            #expect(backup.hasPrefix(path + "."))
            #expect(try String(contentsOfFile: backup, encoding: .utf8) == "old")
        }
    }

    @Test func rendersATemplateIntoADirectory() async throws {
        try await withFolder { folder in
            let arguments: [String: Value] = ["src": "nginx/site.conf.j2", "dest": .string(folder + "/")]
            let files = ["nginx/site.conf.j2": "listen 80;\n"]
            let run = try await host.converge("template", arguments, files: files)
            #expect(run.result["dest"] == .string("\(folder)/site.conf.j2"))
            #expect(try mode("\(folder)/site.conf.j2") == 0o644)
            #expect(try await host.converge("template", arguments, files: files).changes.isEmpty)
        }
    }

    @Test func makesDirectoriesOnTheWay() async throws {
        try await withFolder { folder in
            let arguments: [String: Value] = ["path": .string("\(folder)/x/y"), "state": "directory", "mode": "0750"]
            let run = try await host.converge("file", arguments)
            #expect(run.summaries == ["create directories \(folder)/x, \(folder)/x/y, mode 0750"])
            #expect(try mode("\(folder)/x") == 0o750)
            #expect(try await host.converge("file", arguments).changes.isEmpty)
        }
    }

    @Test func changesATreeOnlyWhereItDiffers() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/t/sub", withIntermediateDirectories: true)
            for name in ["t/a", "t/sub/b"] {
                try "x".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
            let arguments: [String: Value] = [
                "path": .string(folder + "/t"), "state": "directory", "recurse": true, "mode": "u=rwX,g=rX,o=",
            ]
            #expect(try await !host.converge("file", arguments).changes.isEmpty)
            #expect(try mode("\(folder)/t/sub") == 0o750)
            #expect(try mode("\(folder)/t/sub/b") == 0o640)
            #expect(try await host.converge("file", arguments).changes.isEmpty)
        }
    }

    @Test func replacesALinkAndRefusesAFullDirectory() async throws {
        try await withFolder { folder in
            let link: [String: Value] = ["path": .string(folder + "/l"), "src": "b c", "state": "link"]
            await #expect(throws: ModuleFailure.self) { try await host.converge("file", link) }
            try "".write(toFile: folder + "/b c", atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: folder + "/l", withDestinationPath: "a")
            let run = try await host.converge("file", link)
            #expect(run.summaries == ["link to a → b c"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/l") == "b c")
            #expect(try await host.converge("file", link).changes.isEmpty)
            try FileManager.default.createDirectory(atPath: folder + "/d", withIntermediateDirectories: true)
            try "".write(toFile: folder + "/d/x", atomically: true, encoding: .utf8)
            let over: [String: Value] = ["path": .string(folder + "/d"), "src": "b c", "state": "link", "force": true]
            await #expect(throws: ModuleFailure.self) { try await host.converge("file", over) }
            #expect(
                try await host.converge("file", ["path": .string(folder + "/d"), "state": "absent"]).changes.count == 1)
            #expect(!FileManager.default.fileExists(atPath: folder + "/d"))
        }
    }

    @Test func registersWhatAFileIsOnceItIsThere() async throws {
        try await withFolder { folder in
            let path = folder + "/d"
            let arguments: [String: Value] = ["path": .string(path), "state": "directory", "mode": "0750"]
            for _ in 1...2 {
                let result = try await host.converge("file", arguments).result
                #expect(result["mode"] == "0750")
                #expect(result["state"] == "directory")
            }
            let again = try await host.converge("file", arguments).result
            #expect(again["owner"] == .string(NSUserName()))
            #expect(try await host.converge("file", ["path": .string(path), "state": "absent"]).result["mode"] == nil)
            let copy: [String: Value] = ["dest": .string(folder + "/f"), "content": "abc", "mode": "0640"]
            for _ in 1...2 {
                let result = try await host.converge("copy", copy).result
                #expect(result["checksum"] == "a9993e364706816aba3e25717850c26c9cd0d89d")
                #expect(result["mode"] == "0640")
            }
        }
    }

    @Test func reportsStates() async throws {
        try await withFolder { folder in
            let path = folder + "/back\\slash\nand newline"
            try "abc".write(toFile: path, atomically: true, encoding: .utf8)
            let stat = try #require(try await host.converge("stat", ["path": .string(path)]).result["stat"])
            #expect(stat["isreg"] == true)
            #expect(stat["checksum"] == "a9993e364706816aba3e25717850c26c9cd0d89d")
            #expect(try await host.converge("stat", ["path": "/nowhere/at/all"]).result["stat"]?["exists"] == false)
        }
    }

    @Test func runsACommandUnlessItsResultIsThere() async throws {
        try await withFolder { folder in
            let arguments: [String: Value] = [
                "cmd": "printf 'x y' > done; echo out; echo err >&2", "chdir": .string(folder), "creates": "d*e",
            ]
            let run = try await host.converge("shell", arguments)
            #expect(run.result["stdout"] == "out")
            #expect(run.result["stderr_lines"] == ["err"])
            #expect(run.changes.count == 1)
            #expect(try await host.converge("shell", arguments).changes.isEmpty)
        }
    }

    @Test func editsALine() async throws {
        try await withFolder { folder in
            let path = folder + "/sshd_config"
            try "#PermitRootLogin yes\r\nPort 22".write(toFile: path, atomically: true, encoding: .utf8)
            let arguments: [String: Value] = [
                "path": .string(path), "regexp": "^#?PermitRootLogin", "line": "PermitRootLogin no",
            ]
            #expect(try await host.converge("lineinfile", arguments).changes.count == 1)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.utf8.elementsEqual("PermitRootLogin no\nPort 22".utf8))
            #expect(try await host.converge("lineinfile", arguments).changes.isEmpty)
        }
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}

/// Gives a new folder, and takes it away afterwards.
func withFolder<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
    let folder = NSTemporaryDirectory() + "modules-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
