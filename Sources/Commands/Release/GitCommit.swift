import Subprocess

/// What git says of the working tree that a folder is in.
struct GitCommit {
    /// Twelve digits, `-changed` after them when tracked files differ from it; nil outside a repository.
    let name: String?

    init(of folder: String) async {
        guard let commit = await Self.git(["-C", folder, "rev-parse", "--short=12", "HEAD"]) else {
            name = nil
            return
        }
        let changes = await Self.git(["-C", folder, "status", "--porcelain", "--untracked-files=no"]) ?? ""
        name = changes.isEmpty ? commit : commit + "-changed"
    }

    private static func git(_ arguments: [String]) async -> String? {
        guard
            let result = try? await Subprocess.run(
                .name("git"), arguments: Arguments(arguments), output: .string(limit: 1 << 20), error: .discarded),
            result.terminationStatus.isSuccess
        else { return nil }
        return result.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
    }
}
