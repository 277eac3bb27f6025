import Foundation
import Glibc
import Remote
import Subprocess

/// A user of this machine with a password and a rule for sudo, removed after its test.
struct TestAccount: Sendable {
    let name: String

    var password: String { "it's \"a\" $ecret of \(name)" }

    /// Runs the body with a server and an account that may log in to it, or prints why it can't be done here.
    ///
    /// - Parameter rule: what sudo lets the account do, like `ALL=(ALL) NOPASSWD: ALL`; nil: nothing.
    static func run(sudo rule: String?, _ body: (TestServer, TestAccount) async throws -> Void) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo") else {
            return print("skipped: no /usr/bin/sudo (apt-get install sudo)")
        }
        try await TestServer.run { server in
            let account = TestAccount(name: "ic\(Int.random(in: 100_000..<1_000_000))")
            try await TestServer.command("/usr/sbin/useradd", "--create-home", "--shell", "/bin/sh", account.name)
            let outcome: Result<Void, any Error>
            do {
                try await account.setUp(rule: rule)
                try await body(server, account)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            server.killSessions()
            try await account.remove()
            try outcome.get()
        }
    }

    private var ruleFile: String { "/etc/sudoers.d/\(name)" }

    private func setUp(rule: String?) async throws {
        try await TestServer.command("/usr/sbin/chpasswd", input: "\(name):\(password)\n")
        guard let rule else { return }
        try "\(name) \(rule)\n".write(toFile: ruleFile, atomically: true, encoding: .utf8)
        chmod(ruleFile, 0o440)
    }

    /// Where its changes have their jobs.
    var folder: String? { getpwnam(name).map { "/tmp/intchain-\($0.pointee.pw_uid)" } }

    private func remove() async throws {
        try? FileManager.default.removeItem(atPath: ruleFile)
        var tries = 0
        while (try? await TestServer.command("pgrep", "-r", "D,R,S,T", "-u", name)) != nil, tries < 50 {
            try await Task.sleep(for: .milliseconds(50))
            tries += 1
        }
        // The next account may get the same number.
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
        try await TestServer.command("/usr/sbin/userdel", "--remove", "--force", name)
    }

    func endpoint(_ server: TestServer) throws -> Endpoint {
        var endpoint = try server.endpoint()
        endpoint.user = name
        return endpoint
    }
}
