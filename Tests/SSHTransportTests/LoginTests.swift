import Foundation
import Remote
import SSHTransport
import Testing

/// Connecting and logging in to a real sshd.
@Suite(.serialized) struct LoginTests {
    @Test func logsInWithAKeyAndRunsCommands() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [.reads("echo hello")])
            #expect(shell.greeting[0] == Reply(stdout: "hello\n"))
            let replies = try await shell.run([.reads("id -un"), .reads("exit 3"), .changes("echo changed")])
            #expect(replies.map(\.status) == [0, 3, 0])
            #expect(replies.map(\.output) == ["root\n", "", "changed\n"])
            await connection.close()
            await #expect(throws: TransportError.self) { try await shell.run([.reads("true")]) }
        }
    }

    @Test func refusesAnUnknownHostKeyAndRecordsTheAcceptedOne() async throws {
        try await TestServer.run { server in
            var endpoint = try server.endpoint()
            endpoint.hostKeys = []
            endpoint.commandOptions = ["-i", "my site.yml"]
            let error = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            guard case .unknownHostKey("web1", let fingerprint, let accept) = try #require(error) else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(fingerprint.hasPrefix("SHA256:"))
            #expect(accept == "intchainctl ssh web1 --accept-host-key \(fingerprint) -i 'my site.yml'")
            await #expect(throws: TransportError.self) {
                try await server.transport.acceptHostKey(of: endpoint, fingerprint: "SHA256:other")
            }
            try await server.transport.acceptHostKey(of: endpoint, fingerprint: fingerprint)
            let hosts = try String(contentsOf: server.clientFolder.appending(path: "known_hosts"), encoding: .utf8)
            #expect(hosts.hasPrefix("[127.0.0.1]:\(server.port) ssh-ed25519 "))
            _ = try await server.transport.connect(to: endpoint)
            let hashed = server.clientFolder.appending(path: "known_hosts").path
            try await TestServer.command("ssh-keygen", "-H", "-f", hashed)
            #expect(!(try String(contentsOfFile: hashed, encoding: .utf8)).contains("127.0.0.1"))
            _ = try await server.transport.connect(to: endpoint)
        }
    }

    @Test func refusesAChangedHostKey() async throws {
        try await TestServer.run { server in
            let other = server.folder.appending(path: "other").path
            try await TestServer.makeKey(other)
            let key = try String(contentsOfFile: "\(other).pub", encoding: .utf8)
            var endpoint = try server.endpoint()
            endpoint.hostKeys = [key]
            let pinned = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            guard case .changedHostKey("web1", _, "the inventory") = pinned else {
                Issue.record("\(String(describing: pinned))")
                return
            }
            endpoint.hostKeys = []
            let file = server.folder.appending(path: "hosts").path
            try "[127.0.0.1]:\(server.port) \(key)".write(toFile: file, atomically: true, encoding: .utf8)
            endpoint.knownHostsFile = file
            let known = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            guard case .changedHostKey("web1", _, file) = known else {
                Issue.record("\(String(describing: known))")
                return
            }
        }
    }

    @Test func saysWhatItTriedWhenNothingIsAccepted() async throws {
        try await TestServer.run { server in
            var endpoint = try server.endpoint()
            let locked = server.folder.appending(path: "locked").path
            try await TestServer.makeKey(locked, passphrase: "secret")
            endpoint.privateKeyFile = locked
            try await TestServer.makeKey(server.clientFolder.appending(path: "id_ed25519").path)
            endpoint.password = Secret("wrong")
            let error = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            guard case .authenticationFailed("web1", "root", let tried) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(tried.first == "key \(locked) has a passphrase (add it to the agent)")
            #expect(tried.contains("key \(server.clientFolder.path)/id_ed25519 refused"))
            #expect(tried.contains("password refused"))
            endpoint.privateKeyFile = "/nowhere/key"
            endpoint.password = nil
            let missing = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            #expect(missing?.description.contains("key /nowhere/key does not exist") == true)
        }
    }

    @Test func findsTheDefaultKey() async throws {
        try await TestServer.run { server in
            var endpoint = try server.endpoint()
            try FileManager.default.copyItem(
                at: server.clientFolder.appending(path: "key"), to: server.clientFolder.appending(path: "id_ed25519"))
            endpoint.privateKeyFile = nil
            _ = try await server.transport.connect(to: endpoint)
        }
    }

    @Test func readsTheConfiguration() async throws {
        try await TestServer.run { server in
            try """
            Host alias
              HostName 127.0.0.1
              Port \(server.port)
              User root
              IdentityFile \(server.keyFile)
            """.write(to: server.clientFolder.appending(path: "config"), atomically: true, encoding: .utf8)
            let endpoint = Endpoint(name: "web1", address: "alias", hostKeys: [try server.hostKey()])
            let connection = try await server.transport.connect(to: endpoint)
            #expect(try await connection.shell(as: nil, greeting: [.reads("id -un")]).greeting[0].output == "root\n")
        }
    }

    @Test func jumpsThroughAnotherHost() async throws {
        try await TestServer.run { server in
            try """
            Host inner
              HostName 127.0.0.1
              Port \(server.port)
              User root
              IdentityFile \(server.keyFile)
              ProxyJump root@jump:\(server.port)
            Host jump
              HostName 127.0.0.1
              IdentityFile \(server.keyFile)
              UserKnownHostsFile \(server.clientFolder.path)/jump_hosts
            """.write(to: server.clientFolder.appending(path: "config"), atomically: true, encoding: .utf8)
            let endpoint = Endpoint(name: "web1", address: "inner", hostKeys: [try server.hostKey()])
            let error = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            #expect(error?.description.contains("Host key verification failed") == true)
            try "[127.0.0.1]:\(server.port) \(try server.hostKey())".write(
                to: server.clientFolder.appending(path: "jump_hosts"), atomically: true, encoding: .utf8)
            let connection = try await server.transport.connect(to: endpoint)
            let shell = try await connection.shell(as: nil, greeting: [.reads("echo \"$SSH_CONNECTION\"")])
            #expect(shell.greeting[0].output.contains("127.0.0.1"))
            #expect(try await shell.run([.reads("head -c 3000000 /dev/zero")]).first?.stdout.count == 3_000_000)
        }
    }

    @Test func saysWhyAHostCannotBeReached() async throws {
        let port = try TestServer.freePort()
        let refused = await #expect(throws: TransportError.self) {
            _ = try await LibSSHTransport().connect(to: Endpoint(name: "db1", address: "127.0.0.1", port: port))
        }
        #expect(refused == .unreachable(host: "db1", address: "127.0.0.1:\(port)", reason: "connection refused"))

        let unknown = await #expect(throws: TransportError.self) {
            _ = try await LibSSHTransport().connect(
                to: Endpoint(name: "db1", address: "no-such-host.invalid", port: 22))
        }
        guard case .unreachable("db1", "no-such-host.invalid:22", _) = unknown else {
            Issue.record("\(String(describing: unknown))")
            return
        }
    }

    @Test func givesUpOnAServerThatSaysNothing() async throws {
        let listener = try Listener()
        defer { close(listener.descriptor) }
        let endpoint = Endpoint(
            name: "db1", address: "127.0.0.1", port: listener.port, connectTimeout: .milliseconds(300))
        let silent = await #expect(throws: TransportError.self) {
            _ = try await LibSSHTransport().connect(to: endpoint)
        }
        #expect(silent == .timedOut(host: "db1", doing: "exchanging keys"))
    }

    @Test func givesUpOnAnAddressThatDoesNotAnswer() async throws {
        // With its queue full the kernel drops what arrives, like a firewall.
        let listener = try Listener(backlog: 0)
        defer { close(listener.descriptor) }
        var endpoint = Endpoint(name: "db1", address: "127.0.0.1", port: listener.port)
        let others = try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { [endpoint] in _ = try await LibSSHTransport().connect(to: endpoint) } }
            try await Task.sleep(for: .milliseconds(200))
            endpoint.connectTimeout = .milliseconds(300)
            let error = await #expect(throws: TransportError.self) {
                _ = try await LibSSHTransport().connect(to: endpoint)
            }
            group.cancelAll()
            return error
        }
        #expect(others == .timedOut(host: "db1", doing: "connecting to 127.0.0.1:\(listener.port)"))
    }

    @Test func asksTheAgent() async throws {
        try await TestServer.run { server in
            let socket = server.folder.appending(path: "agent").path
            let pidFile = server.folder.appending(path: "agent.pid").path
            try await TestServer.command(
                "sh", "-c", "eval $(ssh-agent -a \(socket)) >/dev/null; echo $SSH_AGENT_PID >\(pidFile)")
            try await TestServer.command("env", "SSH_AUTH_SOCK=\(socket)", "ssh-add", server.keyFile)
            try "IdentityAgent \(socket)\n".write(
                to: server.clientFolder.appending(path: "config"), atomically: true, encoding: .utf8)
            var endpoint = try server.endpoint()
            endpoint.privateKeyFile = nil
            try FileManager.default.removeItem(atPath: server.keyFile)
            _ = try await server.transport.connect(to: endpoint)
            try await TestServer.command("sh", "-c", "kill $(cat \(pidFile))")
            let error = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            #expect(
                error == .authenticationFailed(host: "web1", user: "root", tried: ["agent has no key that is accepted"])
            )
        }
    }

    @Test func triesEveryIdentityFileOfTheConfiguration() async throws {
        try await TestServer.run { server in
            try await TestServer.makeKey(server.clientFolder.appending(path: "other").path)
            try """
            # A comment
            Host "alias" other-*
                IdentityFile=\(server.clientFolder.path)/other
                HostName 127.0.0.1
            Include more.conf
            Host * !alias
                IdentityFile /never/for/alias
            Match exec "true"
                IdentityFile /never/at/all
            """.write(to: server.clientFolder.appending(path: "config"), atomically: true, encoding: .utf8)
            try "Host ali?s\nIdentityFile ~/nothing\nIdentityFile \(server.keyFile)\nIdentitiesOnly yes\nUser root\n"
                .write(to: server.clientFolder.appending(path: "more.conf"), atomically: true, encoding: .utf8)
            var endpoint = Endpoint(name: "web1", address: "alias", port: server.port, hostKeys: [try server.hostKey()])
            _ = try await server.transport.connect(to: endpoint)
            try FileManager.default.removeItem(at: server.folder.appending(path: "authorized_keys"))
            endpoint.user = "root"
            let error = await #expect(throws: TransportError.self) {
                _ = try await server.transport.connect(to: endpoint)
            }
            guard case .authenticationFailed("web1", "root", let tried) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(tried.count { $0.hasPrefix("key ") } == 3)
            #expect(tried.first == "key \(server.clientFolder.path)/other refused")
        }
    }

    @Test func connectingCanBeCancelled() async throws {
        let listener = try Listener()
        defer { close(listener.descriptor) }
        let endpoint = Endpoint(name: "db1", address: "127.0.0.1", port: listener.port)
        let connecting = Task { _ = try await LibSSHTransport().connect(to: endpoint) }
        try await Task.sleep(for: .milliseconds(100))
        connecting.cancel()
        await #expect(throws: CancellationError.self) { try await connecting.value }
    }
}
