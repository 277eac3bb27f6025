import Foundation
import Remote
import Testing

@testable import Rollouts

/// How a host lets others fetch a release from it.
@Suite struct RelayKeysTests {
    /// The login account is in no group of the services: what is only for them is handed out all the same.
    @Test(.enabled(if: geteuid() == 0, "becomes another account, as root"))
    func filesThatTheLoginAccountMayNotReadAreHandedOutToo() async throws {
        let site = try ReleaseSite()
        try site.write("open", "o")
        try site.write("keys/key", "k")
        let release = site.root.appendingPathComponent("release")
        try FileManager.default.createDirectory(at: site.root, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: site.source, to: release)
        for (name, mode) in [("keys", 0o750), ("keys/key", 0o640)] {
            try #require(chmod(release.appendingPathComponent(name).path, mode_t(mode)) == 0)
        }
        let home = site.root.appendingPathComponent("home").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try #require(chown(home, 65534, 65534) == 0)
        let asNobody = LocalHost(rewriting: {
            $0.replacing("as_login() {\n", with: "login=nobody login_home=\(home)\nas_login() {\n")
        })
        let guest = RelayKeys.Guest(
            publicKey: "ssh-ed25519 AAAA", token: "t1", paths: ["open"], closed: ["keys", "keys/key"])
        let admitted = try await asNobody.run([RelayKeys.admit([guest], to: release.path)]).first
        try #require(admitted?.succeeded == true, "\(admitted?.errors ?? "")")
        let line = try String(contentsOfFile: "\(home)/.ssh/authorized_keys", encoding: .utf8)
        let command = try #require(line.firstMatch(of: /command="([^"]*)"/)).output.1
        let unpacked = site.root.appendingPathComponent("unpacked").path
        let fetch: Shell = """
            mkdir \(unpacked); runuser -u nobody -- sh -c \(String(command)) | tar -x -i -p --no-same-owner -f - -C \(unpacked)
            cd \(unpacked) && find . -type f -printf '%P %m\\n' | sort; cat keys/key open
            """
        let fetched = try await LocalHost().run([.reads(fetch)]).first
        #expect(fetched?.output == "keys/key 640\nopen 644\nko", "\(fetched?.errors ?? "")")
        _ = try await asNobody.run([.changes(RelayKeys.sweep)])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/.ssh") == [])
    }
}
