import Playbooks
import Rollouts
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the release is that the site serves, for servers that missed its rollout.
enum LiveSource: Equatable {
    /// On this machine, in a folder or a file.
    case here(path: String)
    /// Only on servers.
    case servers(id: String)

    /// - Parameter given: the path on the command line; without it, the journals are asked.
    /// - Throws: `CommandFailure` when nothing is live, or what was named is something else.
    init(_ given: String?, _ context: Context, _ flags: RunFlags) async throws {
        let desk = try RunDesk(context, flags)
        let runs = await desk.look().runs
        await desk.close()
        guard let live = runs.first(where: { $0.outcome == RolloutEnd.done.rawValue })?.release else {
            throw CommandFailure(
                "no rollout of this site has come to its end", hint: "deploy a release: intchainctl deploy DIR",
                status: .usage)
        }
        let machine = RunIdentity("", environment: context.environment).machine
        let known = runs.filter { $0.release == live && $0.machine == machine }.compactMap(\.source)
        for path in given.map({ [$0] }) ?? known where try await Self.holds(live, at: path) {
            self = .here(path: path)
            return
        }
        guard let given else {
            self = .servers(id: live)
            return
        }
        throw CommandFailure(
            "\(given) is not release \(live), which the site serves",
            hint: "leave it out: servers then fetch the release from one that has it", status: .usage)
    }

    /// What is named on the command line, whatever it is.
    /// - Throws: `CommandFailure` when nothing is there.
    init(folder: String, _ context: Context) throws {
        guard context.files.exists(folder) || !context.files.list(folder).isEmpty else {
            throw CommandFailure(
                "there is no release in '\(folder)'",
                hint: "make one with scripts/package-release or 'intchainctl release pack'", status: .usage)
        }
        self = .here(path: folder)
    }

    /// From the root; nil when it is not here.
    var path: String? {
        guard case .here(let path) = self else { return nil }
        return ProjectPath.join(FileManager.default.currentDirectoryPath, path)
    }

    /// What brings it to servers that lack it.
    var playbook: String { path == nil ? "catch-up" : "deploy" }

    /// What that playbook is given.
    var variables: [String: Value] {
        switch self {
        case .here: ["release_src": .string(path ?? "")]
        case .servers(let id): ["rollout_release": .string(id)]
        }
    }

    private static func holds(_ id: String, at path: String) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: path), let release = try? await Release.read(path) else {
            return false
        }
        return release.manifest.id(version: nil)?.text == id
    }
}
