import Foundation
import Glibc
import Remote
import SSHTransport
import Subprocess

/// A real sshd on 127.0.0.1 with its own keys and configuration, ended and removed after its test.
struct TestServer: Sendable {
    let folder: URL
    let port: Int
    private let processID: pid_t

    /// `~/.ssh` of the test: keys, known_hosts, config.
    var clientFolder: URL { folder.appending(path: "client") }
    var keyFile: String { folder.appending(path: "client/key").path }

    /// Runs the body with a server, or prints why it can't be run here.
    static func run(_ body: (TestServer) async throws -> Void) async throws {
        guard geteuid() == 0 else { return print("skipped: a test server needs root") }
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else {
            return print("skipped: no /usr/sbin/sshd (apt-get install openssh-server)")
        }
        let server = try await TestServer()
        let outcome: Result<Void, any Error>
        do {
            try await body(server)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await server.remove()
        try outcome.get()
    }

    private init() async throws {
        folder = URL(filePath: "/tmp/sshd-\(UUID().uuidString.prefix(8))")
        port = try Self.freePort()
        let client = folder.appending(path: "client")
        try FileManager.default.createDirectory(at: client, withIntermediateDirectories: true)
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        try await Self.makeKey(folder.appending(path: "host_key").path)
        try await Self.makeKey(client.appending(path: "key").path)
        try FileManager.default.copyItem(
            at: client.appending(path: "key.pub"), to: folder.appending(path: "authorized_keys"))
        try Self.configuration(folder: folder.path, port: port)
            .write(to: folder.appending(path: "sshd_config"), atomically: true, encoding: .utf8)
        // Without -D it goes on in the background as soon as it listens.
        try await Self.command("/usr/sbin/sshd", "-f", "\(folder.path)/sshd_config", "-E", "\(folder.path)/log")
        var pid = ""
        for _ in 0..<200 where pid.isEmpty {
            try await Task.sleep(for: .milliseconds(20))
            pid = (try? String(contentsOfFile: "\(folder.path)/pid", encoding: .utf8)) ?? ""
        }
        guard let number = pid_t(pid.filter(\.isNumber)) else { throw POSIXError(.ESRCH) }
        processID = number
    }

    private static func configuration(folder: String, port: Int) -> String {
        """
        ListenAddress 127.0.0.1
        Port \(port)
        HostKey \(folder)/host_key
        AuthorizedKeysFile \(folder)/authorized_keys
        PidFile \(folder)/pid
        UsePAM no
        StrictModes no
        PermitRootLogin yes
        PasswordAuthentication yes
        MaxStartups 500
        MaxSessions 50

        """
    }

    private func remove() async throws {
        killSessions()
        kill(processID, SIGTERM)
        while isRunning { try await Task.sleep(for: .milliseconds(5)) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// A dead one that its parent has not yet been told of does not count: that may take it a second.
    private var isRunning: Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// Ends the processes that serve the connections, as a crash would.
    func killSessions() {
        let file = "/proc/\(processID)/task/\(processID)/children"
        let children = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        for child in children.split(separator: " ").compactMap({ pid_t($0) }) { kill(child, SIGKILL) }
    }

    static func makeKey(_ path: String, passphrase: String = "") async throws {
        try await command("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path)
    }

    /// Runs a program of the test's set-up to its end.
    static func command(_ words: String..., input: String = "") async throws {
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(words), input: .string(input), output: .discarded,
            error: .string(limit: 65536))
        guard case .exited(0) = result.terminationStatus else {
            throw SetUpFailure(text: "\(words.joined(separator: " ")): \(result.standardError)")
        }
    }

    struct SetUpFailure: Error {
        let text: String
    }

    /// A port that nothing listens on just now.
    static func freePort() throws -> Int {
        let listener = try Listener()
        defer { close(listener.descriptor) }
        return listener.port
    }

    /// Of the test's key; what an account's or the whole server's configuration may say comes out the same.
    func forbidForwarding() throws {
        let file = folder.appending(path: "authorized_keys")
        let line = try String(contentsOf: file, encoding: .utf8)
        try "no-port-forwarding \(line)".write(to: file, atomically: true, encoding: .utf8)
    }

    /// `ssh-ed25519 AAAA…`
    func hostKey() throws -> String {
        try String(contentsOf: folder.appending(path: "host_key.pub"), encoding: .utf8)
    }

    /// The login that works: root with the test's key, the host key pinned.
    func endpoint() throws -> Endpoint {
        Endpoint(
            name: "web1", address: "127.0.0.1", port: port, user: "root", privateKeyFile: keyFile,
            hostKeys: [try hostKey()])
    }

    var transport: LibSSHTransport { LibSSHTransport(directory: clientFolder.path) }

    func connect() async throws -> any HostConnection {
        try await transport.connect(to: try endpoint())
    }
}

/// A TCP socket on 127.0.0.1 that listens.
struct Listener {
    let descriptor: Int32
    let port: Int

    init(backlog: Int32 = 16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + listen(descriptor, backlog) + getsockname(descriptor, $0, &length)
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// 127.0.0.1 with a port.
    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
