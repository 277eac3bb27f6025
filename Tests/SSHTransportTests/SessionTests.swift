import Foundation
import Glibc
import Remote
import SSHTransport
import Testing

/// What one connection carries, against a real sshd.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SessionTests {
    /// Says that it has begun, and waits until it may go on.
    private func untilTold(_ name: String) -> Shell {
        ": >\(name).begun; while [ ! -e \(name).go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done"
    }

    @Test func severalCallersShareAShell() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let outputs = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let shell = try await connection.shell(as: nil, greeting: [])
                        return try await shell.run([.reads("echo $$ \(number)")]).first?.output ?? ""
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(outputs).count == 20)
            #expect(Set(outputs.compactMap { $0.split(separator: " ").first }).count == 1)
        }
    }

    @Test func noShellHasATerminal() async throws {
        try await TestServer.run { server in
            let look: Shell = "read -r x x x x x x tty x </proc/$$/stat; echo $tty"
            let shell = try await server.connect().shell(as: nil, greeting: [.reads(look)])
            #expect(shell.greeting[0].output == "0\n")
            #expect(try await shell.run([.changes(look)]) == [Reply(stdout: "0\n")])
        }
    }

    /// Each account's shell is one, and a long command in one of them holds up neither another's nor a tunnel.
    @Test func aLongCommandHoldsUpNothingElse() async throws {
        try await TestServer.run { server in
            let echo = try EchoServer()
            let marker = server.folder.appending(path: "marker").path
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            let long = Task { try await shell.run([.reads(untilTold(marker))]) }
            while !FileManager.default.fileExists(atPath: "\(marker).begun") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let other = try await connection.companion(as: nil)
            #expect(try await other.run([.reads("echo beside")]) == [Reply(stdout: "beside\n")])
            let socket = try await connection.tunnel(to: "127.0.0.1", port: echo.port)
            #expect(await blocking { EchoServer.exchange(100_000, on: socket.fileDescriptor) })
            #expect(
                try await server.connect().shell(as: nil, greeting: [.reads("echo new")]).greeting[0].output == "new\n")
            _ = FileManager.default.createFile(atPath: "\(marker).go", contents: nil)
            #expect(try await long.value.map(\.status) == [0])
        }
    }

    /// With its queue full the kernel drops what arrives at a port, like a firewall.
    @Test func aTunnelThatNobodyAnswersHoldsUpNothingElse() async throws {
        try await TestServer.run { server in
            let listener = try Listener(backlog: 0)
            defer { close(listener.descriptor) }
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let socket = try await connection.tunnel(to: "127.0.0.1", port: listener.port)
                        try await Task.sleep(for: .seconds(60))
                        withExtendedLifetime(socket) {}
                    }
                }
                try await Task.sleep(for: .milliseconds(500))
                let answering = Task { try await shell.run([.reads("echo on")]).first?.output }
                let late = Task {
                    try await Task.sleep(for: .seconds(50))
                    answering.cancel()
                }
                let answer = try? await answering.value
                #expect(answer == "on\n")
                late.cancel()
                group.cancelAll()
                while !group.isEmpty { _ = try? await group.next() }
            }
        }
    }

    @Test func keepsASilentConnectionOpen() async throws {
        try await TestServer.run { server in
            let shell = try await server.connect().shell(as: nil, greeting: [])
            try await Task.sleep(for: .seconds(17))
            #expect(try await shell.run([.reads("echo on")]) == [Reply(stdout: "on\n")])
        }
    }

    @Test func carriesLargeInputsAndOutputs() async throws {
        try await TestServer.run { server in
            let shell = try await server.connect().shell(as: nil, greeting: [])
            let block = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let input = Array(repeatElement(block, count: 763).joined())
            let reply = try await shell.run([.reads("cat \"$in1\"", inputs: [input])]).first
            #expect(reply?.stdout == input)
        }
    }

    @Test func aKilledServerIsAnError() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            let waiting = Task { try await shell.run([.reads("sleep 60")]) }
            let tunnel = try await connection.tunnel(to: "127.0.0.1", port: server.port)
            try await Task.sleep(for: .milliseconds(300))
            server.killSessions()
            let error = await #expect(throws: TransportError.self) { try await waiting.value }
            guard case .lost("web1", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await #expect(throws: TransportError.self) { _ = try await connection.shell(as: nil, greeting: []) }
            withExtendedLifetime(tunnel) {}
        }
    }

    @Test func aChangeOutlivesTheConnectionAndKeepsTheNextOneWaiting() async throws {
        try await TestServer.run { server in
            let marker = server.folder.appending(path: "marker").path
            let shell = try await server.connect().shell(as: nil, greeting: [])
            let waiting = Task { try await shell.run([.changes("\(untilTold(marker)); echo done >\(marker)")]) }
            let reading = Task {
                try await server.connect().shell(as: nil, greeting: []).run([
                    .reads("\(untilTold(marker)); : >\(marker).read")
                ])
            }
            while !FileManager.default.fileExists(atPath: "\(marker).begun") {
                try await Task.sleep(for: .milliseconds(20))
            }
            server.killSessions()
            await #expect(throws: TransportError.self) { try await waiting.value }
            await #expect(throws: TransportError.self) { try await reading.value }
            #expect(!FileManager.default.fileExists(atPath: marker))

            let told = Task {
                try await Task.sleep(for: .milliseconds(1500))
                return FileManager.default.createFile(atPath: "\(marker).go", contents: nil)
            }
            let notes = Notes()
            let transport = LibSSHTransport(directory: server.clientFolder.path) { host, text in
                notes.add("\(host): \(text)")
            }
            let next = try await transport.connect(to: try server.endpoint()).shell(as: nil, greeting: [])
            #expect(try await next.run([.changes("cat \(marker)")]) == [Reply(stdout: "done\n")])
            #expect(notes.all == ["web1: another run is changing this host"])
            #expect(try await told.value)
            try await Task.sleep(for: .milliseconds(300))
            #expect(!FileManager.default.fileExists(atPath: "\(marker).read"))
        }
    }

    @Test func aCancelledCommandEndsPromptlyAndTheConnectionStaysUsable() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            let marker = server.folder.appending(path: "marker").path
            let waiting = Task { try await shell.run([.reads("sleep 1; : >\(marker)")]) }
            try await Task.sleep(for: .milliseconds(200))
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            await #expect(throws: TransportError.self) { try await shell.run([.reads("true")]) }
            let again = try await connection.shell(as: nil, greeting: [.reads("echo again")])
            #expect(again.greeting[0].output == "again\n")
            try await Task.sleep(for: .seconds(1))
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
    }

    @Test func aTunnelCarriesMuchBothWaysWhileTheShellWorks() async throws {
        try await TestServer.run { server in
            let echo = try EchoServer()
            let connection = try await server.connect()
            let shell = try await connection.shell(as: nil, greeting: [])
            let socket = try await connection.tunnel(to: "127.0.0.1", port: echo.port)
            async let sent: Bool = blocking { EchoServer.exchange(5_000_000, on: socket.fileDescriptor) }
            for number in 0..<20 {
                #expect(try await shell.run([.reads("echo \(number)")]) == [Reply(stdout: "\(number)\n")])
            }
            #expect(await sent)
        }
    }

    @Test func aTunnelToNowhereIsAnErrorOfItsOwn() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            let port = try TestServer.freePort()
            let error = await #expect(throws: TransportError.self) {
                _ = try await connection.tunnel(to: "127.0.0.1", port: port)
            }
            guard case .unreachable("web1", "127.0.0.1:\(port)", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await connection.shell(as: nil, greeting: [.reads("echo on")]).greeting[0].output == "on\n")
        }
    }

    /// A hardened server says so once, and a shell on it connects in its place.
    @Test func aTunnelIsMadeByAShellWhereTheServerForwardsNothing() async throws {
        try await TestServer.run { server in
            try server.forbidForwarding()
            let echo = try EchoServer()
            let connection = try await server.connect()
            // As many as are made at once, and some that wait.
            let many = 9
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<many {
                    group.addTask {
                        let socket = try await connection.tunnel(to: "127.0.0.1", port: echo.port)
                        return await blocking { EchoServer.exchange(200_000, on: socket.fileDescriptor) }
                    }
                }
                for try await isSame in group { #expect(isSame) }
            }
            #expect(try await connection.shell(as: nil, greeting: [.reads("echo on")]).greeting[0].output == "on\n")
        }
    }

    @Test func aShellThatCanNotConnectSaysWhy() async throws {
        try await TestServer.run { server in
            try server.forbidForwarding()
            let connection = try await server.connect()
            let port = try TestServer.freePort()
            for address in ["127.0.0.1", "no;address"] {
                let error = await #expect(throws: TransportError.self) {
                    _ = try await connection.tunnel(to: address, port: port)
                }
                let text = String(describing: error)
                #expect(text.contains("its sshd forbids TCP forwarding, and"), "\(text)")
                #expect(text.contains(address == "127.0.0.1" ? "Connection refused" : "no address"), "\(text)")
            }
        }
    }

    @Test func manyConnectionsAtOnce() async throws {
        try await TestServer.run { server in
            let transport = server.transport
            let endpoint = try server.endpoint()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let shell = try await transport.connect(to: endpoint).shell(
                            as: nil, greeting: [.reads("echo \(number)")])
                        #expect(shell.greeting[0].output == "\(number)\n")
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

/// Runs blocking work on a thread of its own.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// What a transport said on the side. Sendable without a check: the lock guards all that is stored.
final class Notes: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []

    func add(_ text: String) { lock.withLock { texts.append(text) } }
    var all: [String] { lock.withLock { texts } }
}
