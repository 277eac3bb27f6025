import ArgumentParser
import Rollouts

/// `intchainctl release verify FILE|DIR`.
struct ReleaseVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file of a release against its manifest, and its signature.")

    @OptionGroup var argument: ReleaseArgument

    @Option(
        name: .customLong("allowed-signers"),
        help: "Who may sign: names and public keys, as ssh-keygen(1) describes the file.", completion: .file())
    var allowedSigners: String?

    func run() async throws {
        let console = Context.live().console
        let release = try await Release.read(argument.release)
        let wrong = try release.damaged()
        guard wrong.isEmpty else {
            for path in wrong { console.print("\(argument.release): \(path): is not what the manifest says") }
            throw CommandFailure("\(wrong.count) of its files are damaged", hint: "pack it again", status: .badInput)
        }
        let id = release.manifest.id(version: nil)?.text ?? "?"
        if let allowedSigners {
            let signer: String
            do { signer = try await ReleaseSigning.signer(of: release, allowedSigners: allowedSigners) } catch {
                throw CommandFailure("\(error)", status: .badInput)
            }
            console.print("\(id): \(release.manifest.summary), all as in the manifest; signed by \(signer)")
        } else {
            let signed = release.signature == nil ? "not signed" : "signed (--allowed-signers FILE checks by whom)"
            console.print("\(id): \(release.manifest.summary), all as in the manifest; \(signed)")
        }
    }
}
