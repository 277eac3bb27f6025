import Foundation
import Remote
import SSHTransport
import Testing

/// Passwords and sudo, with real accounts.
@Suite(.serialized) struct BecomeTests {
    @Test func logsInWithAPassword() async throws {
        try await TestAccount.run(sudo: nil) { server, account in
            var endpoint = try account.endpoint(server)
            endpoint.privateKeyFile = nil
            endpoint.password = Secret(account.password)
            let shell = try await server.transport.connect(to: endpoint).shell(as: nil, greeting: [.reads("id -un")])
            #expect(shell.greeting[0].output == "\(account.name)\n")
            // A change of somebody who is not root has its lock elsewhere.
            #expect(try await shell.run([.changes("id -un")]) == [Reply(stdout: "\(account.name)\n")])
        }
    }

    /// Anybody may make a folder of that name below /tmp, or put a link there.
    @Test(arguments: ["mkdir -m 777 FOLDER", "ln -s /home FOLDER", "mkdir FOLDER.d; ln -s FOLDER.d FOLDER"])
    func changesNothingWhereTheFolderOfItsJobsIsSomebodyElses(trap: String) async throws {
        try await TestAccount.run(sudo: nil) { server, account in
            let folder = try #require(account.folder)
            for path in [folder, "\(folder).d"] { try? FileManager.default.removeItem(atPath: path) }
            defer { try? FileManager.default.removeItem(atPath: "\(folder).d") }
            try await TestServer.command("sh", "-c", trap.replacing("FOLDER", with: folder))
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let shell = try await connection.shell(as: nil, greeting: [])
            let marker = "/tmp/\(account.name).marker"
            let error = await #expect(throws: TransportError.self) { try await shell.run([.changes(": >\(marker)")]) }
            #expect(error == .lost(host: "web1", reason: "\(folder) is not a directory of our own"))
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
    }

    @Test func becomesAnotherUserWithoutAPassword() async throws {
        try await TestAccount.run(sudo: "ALL=(ALL) NOPASSWD: ALL") { server, account in
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let root = try await connection.shell(as: Become(), greeting: [.reads("id -un; echo $HOME")])
            let own = try await connection.shell(as: nil, greeting: [.reads("id -un")])
            let other = try await connection.shell(as: Become(user: "nobody"), greeting: [.reads("id -un")])
            #expect(root.greeting[0].output == "root\n/root\n")
            #expect(own.greeting[0].output == "\(account.name)\n")
            #expect(other.greeting[0].output == "nobody\n")
            #expect(try await root.run([.changes("id -un", timeout: .seconds(120))]) == [Reply(stdout: "root\n")])
            // Where anybody may write.
            let marker = "/tmp/\(account.name).marker"
            let reading = Task {
                try await connection.shell(as: Become(user: "daemon"), greeting: [.reads("sleep 5; : >\(marker)")])
            }
            async let first = root.run([.reads("sleep 0.3; echo 1")])
            async let second = own.run([.reads("echo 2")])
            #expect(try await [first, second].map { $0.map(\.output) } == [["1\n"], ["2\n"]])
            await connection.close()
            await #expect(throws: TransportError.self) { try await reading.value }
            try await Task.sleep(for: .seconds(6))
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
    }

    @Test func givesThePasswordToSudo() async throws {
        try await TestAccount.run(sudo: "ALL=(ALL) ALL") { server, account in
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let become = Become(password: Secret(account.password))
            let shell = try await connection.shell(as: become, greeting: [.reads("id -un")])
            #expect(shell.greeting[0] == Reply(stdout: "root\n"))
            #expect(try await shell.run([.reads("ps -ef | grep '[e]cret of \(account.name)'")]).first?.output == "")
        }
    }

    @Test func saysThatThePasswordIsWrongOrMissing() async throws {
        try await TestAccount.run(sudo: "ALL=(ALL) ALL") { server, account in
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let missing = await #expect(throws: TransportError.self) {
                _ = try await connection.shell(as: Become(), greeting: [.reads("")])
            }
            #expect(missing == .sudoPasswordMissing(host: "web1", user: "root"))
            let wrong = await #expect(throws: TransportError.self) {
                _ = try await connection.shell(as: Become(password: Secret("wrong")), greeting: [])
            }
            #expect(wrong == .sudoPasswordWrong(host: "web1", user: "root"))
            #expect(try await connection.shell(as: nil, greeting: [.reads("echo on")]).greeting[0].output == "on\n")
        }
    }

    @Test func saysWhatSudoSaysWhenItRefuses() async throws {
        try await TestAccount.run(sudo: nil) { server, account in
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let become = Become(password: Secret(account.password))
            let error = await #expect(throws: TransportError.self) {
                _ = try await connection.shell(as: become, greeting: [])
            }
            guard case .sudoRefused("web1", let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("\(account.name) is not in the sudoers file"))
        }
    }

    @Test func saysThatSudoWantsATerminal() async throws {
        try await TestAccount.run(sudo: "ALL=(ALL) NOPASSWD: ALL\nDefaults requiretty") { server, account in
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let error = await #expect(throws: TransportError.self) {
                _ = try await connection.shell(as: Become(), greeting: [.reads("")])
            }
            guard case .sudoRefused("web1", let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("tty"))
        }
    }

    @Test func toleratesALoginScriptThatPrints() async throws {
        try await TestAccount.run(sudo: nil) { server, account in
            try await TestServer.command("/usr/sbin/usermod", "--shell", "/bin/bash", account.name)
            try "echo welcome to $HOSTNAME\necho warning >&2\n".write(
                toFile: "/home/\(account.name)/.bashrc", atomically: true, encoding: .utf8)
            var endpoint = try account.endpoint(server)
            endpoint.privateKeyFile = nil
            endpoint.password = Secret(account.password)
            let shell = try await server.transport.connect(to: endpoint).shell(
                as: nil, greeting: [.reads("echo hello")])
            #expect(shell.greeting[0] == Reply(stdout: "hello\n"))
        }
    }

    @Test func saysWhatALoginScriptSaidWhenThereIsNoShell() async throws {
        try await TestAccount.run(sudo: nil) { server, account in
            try await TestServer.command("/usr/sbin/usermod", "--shell", "/usr/sbin/nologin", account.name)
            let connection = try await server.transport.connect(to: try account.endpoint(server))
            let error = await #expect(throws: TransportError.self) {
                _ = try await connection.shell(as: nil, greeting: [])
            }
            #expect(
                error?.description.contains("This account is currently not available") == true,
                "\(String(describing: error))")
        }
    }
}
