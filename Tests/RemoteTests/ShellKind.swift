import Foundation
import Remote
import Subprocess

/// The shells that hosts have: each with a PATH where `sh` is that shell.
enum ShellKind: String, CaseIterable, Sendable {
    case dash
    case bash
    case busybox

    /// Nil when the machine has none.
    var program: String? {
        ["/bin", "/usr/bin"].map { "\($0)/\(rawValue)" }.first(where: FileManager.default.isExecutableFile)
    }

    /// Opens a shell of this kind, hands it to the body and closes it; prints why when the machine has none.
    /// - Parameter workshop: where its changes and their lock are; nil: a folder that no other shell has.
    func withShell(
        greeting: [Fragment] = [], workshop: String? = nil, _ body: (any RemoteShell) async throws -> Void
    ) async throws {
        guard let program else {
            print("skipped: this machine has no \(rawValue)")
            return
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await links(to: program).forEach { name in
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: name).path, withDestinationPath: program)
        }
        if self == .busybox {
            // Debian's busybox is built without this one.
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: "flock").path, withDestinationPath: "/usr/bin/flock")
        }
        let search = self == .busybox ? folder.path : "\(folder.path):/usr/sbin:/usr/bin:/sbin:/bin"
        let transport = LocalTransport(
            environment: ["PATH=\(search)", "HOME=/tmp"], workshop: workshop ?? folder.path)
        let connection = try await transport.connect(to: Endpoint(name: "here", address: "localhost"))
        let shell = try await connection.shell(as: nil, greeting: greeting)
        let left = try await shell.run([.reads("printf %s \"$_ic_d\"")]).first?.output ?? ""
        try await body(shell)
        await connection.close()
        // The shell needs its tools until it has tidied up.
        for _ in 0..<500 where FileManager.default.fileExists(atPath: left) {
            try await Task.sleep(for: .milliseconds(10))
        }
        if FileManager.default.fileExists(atPath: left) { throw SetUpFailure(text: "the shell has left \(left)") }
    }

    struct SetUpFailure: Error {
        let text: String
    }

    /// Busybox brings its own tools.
    private func links(to program: String) async throws -> [String] {
        guard self == .busybox else { return ["sh"] }
        let list = try await Subprocess.run(
            .name("busybox"), arguments: ["--list"], output: .string(limit: 65536))
        return list.standardOutput.split(separator: "\n").map(String.init)
    }
}
