import Rollouts

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where this machine has the release that the site serves, for servers that missed its rollout.
struct LiveSource {
    /// Its folder or file.
    let path: String

    /// - Parameter given: the path on the command line; without it, the journals are asked.
    /// - Throws: `CommandFailure` when it is not here any more.
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
            self.path = path
            return
        }
        throw CommandFailure(
            "\(given ?? "this machine") does not have release \(live), which the site serves",
            hint: "name its folder or file: intchainctl deploy --catch-up DIR", status: .usage)
    }

    private static func holds(_ id: String, at path: String) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: path), let release = try? await Release.read(path) else {
            return false
        }
        return release.manifest.id(version: nil)?.text == id
    }
}
