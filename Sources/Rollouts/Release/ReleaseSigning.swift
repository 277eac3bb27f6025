import FoundationEssentials
import Subprocess
import SystemPackage

/// Signatures of releases by `ssh-keygen -Y`: the keys that people have for their hosts, in files, agents or hardware.
package enum ReleaseSigning {
    /// What a signature is for; a signature made for another purpose does not count.
    private static let namespace = "intchain-release"

    /// - Parameter key: path of a private key, or of a public one whose private half an agent has.
    /// - Throws: `RolloutError`.
    package static func sign(_ release: Release, with key: String) async throws -> String {
        let (output, errors) = try await run(
            ["-Y", "sign", "-q", "-f", key, "-n", namespace], input: release.signedText)
        guard output.hasPrefix("-----BEGIN SSH SIGNATURE") else {
            throw RolloutError.noSigningTool(errors.isEmpty ? "made no signature" : errors)
        }
        return output
    }

    /// Who signed the release.
    /// - Parameter allowedSigners: a file of names and public keys, as ssh-keygen(1) describes it.
    /// - Throws: `RolloutError` when nobody did whom the file knows, or for another content.
    package static func signer(of release: Release, allowedSigners: String) async throws -> String {
        guard let signature = release.signature else { throw RolloutError.unsigned(release.path.string) }
        guard case .file = FileKind(FilePath(allowedSigners), followsLinks: true) else {
            throw RolloutError.unreadable(allowedSigners)
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "intchain-\(PushToken().text).sig")
        try Data(signature.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let common = ["-f", allowedSigners, "-s", file.path, "-n", namespace]
        let (found, _) = try await run(["-Y", "find-principals"] + common.dropLast(2), input: "")
        guard let name = found.split(separator: "\n").first.map(String.init) else {
            throw RolloutError.badSignature(release.path.string, "its key is not in \(allowedSigners)")
        }
        let (said, errors) = try await run(["-Y", "verify", "-I", name] + common, input: release.signedText)
        guard said.hasPrefix("Good") else {
            throw RolloutError.badSignature(release.path.string, errors.isEmpty ? said : errors)
        }
        return name
    }

    private static func run(_ arguments: [String], input: String) async throws -> (output: String, errors: String) {
        do {
            let result = try await Subprocess.run(
                .name("ssh-keygen"), arguments: Arguments(arguments), input: .string(input),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
            let errors = result.standardError.split(whereSeparator: \.isNewline).joined(separator: "; ")
            guard result.terminationStatus.isSuccess else {
                return ("", errors.isEmpty ? result.standardOutput : errors)
            }
            return (result.standardOutput, errors)
        } catch {
            throw RolloutError.noSigningTool("\(error)")
        }
    }
}
