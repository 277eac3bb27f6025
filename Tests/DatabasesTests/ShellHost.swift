import Foundation
import Modules
import Remote

@testable import Databases

/// This machine's shell with programs of the test's own in front of the real ones, in a folder that goes with it.
final class ShellHost: Sendable {
    let folder: String

    init(programs: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "databases-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        for (name, text) in programs { try write("bin/" + name, "#!/bin/sh\nhere='\(folder)'\n" + text + "\n") }
        for name in programs.keys {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/bin/" + name)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
    }

    func read(_ name: String) -> String {
        (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
    }

    func run(_ fragment: Fragment) async throws -> Reply {
        let connection = try await LocalTransport().connect(to: Endpoint(name: "here", address: "localhost"))
        let shell = try await connection.shell(as: nil, greeting: [.reads(HostFacts.greeting())])
        // Only reads, so that it needs no lock of the machine.
        let path: Shell = "PATH=\(folder + "/bin"):$PATH; export PATH"
        let replies = try await shell.run([
            .reads("\(path)\n\(fragment.shell)", inputs: fragment.inputs, timeout: fragment.timeout)
        ])
        return replies.first ?? Reply(status: 1)
    }
}
