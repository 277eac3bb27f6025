import Foundation
import Subprocess
import Testing

@testable import Remote

/// The loop that reads scripts, given its bytes by hand.
@Suite(.timeLimit(.minutes(10))) struct BootstrapTests {
    private let bootstrap = Bootstrap(nonce: Nonce())
    private let folder = FileManager.default.temporaryDirectory.appending(path: "loop-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private var marker: String { folder.appending(path: "marker").path }
    private var isMarked: Bool { FileManager.default.fileExists(atPath: marker) }

    /// Runs the loop in a shell of this machine, with an input that ends after the bytes.
    /// - Returns: nil when there is no such shell here.
    private func run(_ kind: ShellKind, _ input: String) async throws -> String? {
        guard kind.program != nil else { return nil }
        let words = kind == .busybox ? ["sh", "-c", bootstrap.text] : ["-c", bootstrap.text]
        let result = try await Subprocess.run(
            .name(kind.rawValue), arguments: Arguments(words), input: .string(input),
            output: .string(limit: 65536), error: .discarded)
        return result.standardOutput
    }

    private func framed(_ script: String) -> String {
        let whole = "\(script)\n#\(bootstrap.nonce)"
        return "\(whole.utf8.count) head -c\n\(whole)"
    }

    @Test(arguments: ShellKind.allCases)
    func aScriptThatIsCutOffIsNotRun(kind: ShellKind) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = framed("touch \(marker); echo done; touch \(marker).2")
        for length in whole.utf8.count - 40..<whole.utf8.count {
            let output = try await run(kind, String(whole.prefix(length)))
            #expect(output.map { $0 == "+\(bootstrap.nonce)\n" } != false)
            #expect(!isMarked, "\(length) of \(whole.utf8.count) bytes were run")
        }
        if let output = try await run(kind, whole) {
            #expect(output == "+\(bootstrap.nonce)\ndone\n")
            #expect(isMarked)
        }
    }

    /// A shell that reads its script from its own input reads ahead, and then a program's input is run, or read by it.
    /// Busybox's `head` reads ahead as well: there nothing follows a script that is read with it.
    @Test(arguments: [ShellKind.dash, .bash])
    func whatFollowsAScriptIsNeitherReadByItNorRun(kind: ShellKind) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let payload = "touch \(marker)\n"
        let output = try await run(
            kind,
            framed("cat; (cat); sh -c cat; head -c 5 <&3 >/dev/null") + payload.prefix(5) + framed("echo next"))
        #expect(output.map { $0 == "+\(bootstrap.nonce)\nnext\n" } != false)
        #expect(!isMarked)
    }

    @Test(arguments: ShellKind.allCases)
    func nothingIsRunBeforeItsLengthIsKnown(kind: ShellKind) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = try await run(kind, "touch \(marker)\ntouch \(marker)\n")
        #expect(output.map { $0 == "+\(bootstrap.nonce)\n" } != false)
        #expect(!isMarked)
    }
}
