import Foundation
import Remote
import Subprocess
import Testing

@testable import Modules

/// Another run of apt, such as the one that a new host begins with by itself, is waited for (ansible/ansible#25414,
/// #51663, #78658).
@Suite(.timeLimit(.minutes(10))) struct AptLockTests {
    @Test func everyCommandWaitsForDpkgsLock() {
        var apt = AptCommands()
        apt.lockTimeout = 45
        for fragment in [
            apt.install(["nginx"], updating: true), apt.remove(["nginx"], purging: true),
            apt.upgrade(["dist-upgrade"], updating: false), apt.autoremove(),
        ] {
            #expect(fragment.shell.text.contains("DPkg::Lock::Timeout=45"), "\(fragment.shell)")
        }
    }

    /// The lists have a lock of their own, for which apt does not wait.
    @Test(arguments: [(3, Int32(0)), (9, 100)]) func theListsAreReadAgainWhileTheyAreLocked(
        failures: Int, status: Int32
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "apt-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try program("sleep", "exit 0", in: folder)
        try program("touch", "exit 0", in: folder)
        try program(
            "apt-get", "echo x >>\"${0%/*}/tries\"; [ $(wc -l <\"${0%/*}/tries\") -gt \(failures) ]", in: folder)
        let shell = Shell.lines(["PATH=\(folder.path):$PATH", AptCommands.update])
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", shell.text], output: .discarded, error: .discarded)
        #expect(result.terminationStatus == .exited(status))
        let tries = try String(contentsOf: folder.appending(path: "tries"), encoding: .utf8)
        #expect(tries.split(separator: "\n").count == min(failures + 1, 5))
    }

    private func program(_ name: String, _ text: String, in folder: URL) throws {
        let file = folder.appending(path: name)
        try "#!/bin/sh\n\(text)\n".write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
}
