import ArgumentParser
import OrderedCollections
import Playbooks
import Rollouts
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl release push FILE|DIR [HOSTS]`: only the first step of a deploy.
struct ReleasePushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Bring a release to hosts without putting it live; a deploy then need not send it.")

    @OptionGroup var argument: ReleaseArgument

    @Argument(help: "The hosts: names, groups, patterns.")
    var pattern = "app"

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        var context = Context.live()
        let root = ProjectPath.directory(of: try SitePlaybook("deploy", context: context).path)
        let path = ProjectPath.join(root, AdHocFiles.path)
        context.files = AdHocFiles(playbook: playbook, at: path, under: context.files)
        let command = PlaybookCommand(context: context, flags: flags)
        let source = ProjectPath.join(FileManager.default.currentDirectoryPath, argument.release)
        let loaded = try command.load(path, variables: ["release_src": .string(source)])
        try ExitStatus(of: try await command.run(loaded, as: "release push \(argument.release)", lock))
            .throwUnlessDone()
    }

    private var playbook: String {
        let stage: ValueMap = [
            "path": "{{ app_root }}", "src": "{{ release_src }}", "state": "staged", "owner": "root",
            "group": "{{ site_group }}", "hosts": "{{ ansible_play_hosts }}",
        ]
        let task: Value = [
            "name": "Stage the release", "run_once": true, "intchain.site.release": .map(stage),
        ]
        return Value.list([
            [
                // Of the play, so that the facts are read by the one shell that is needed.
                "name": "Push a release", "hosts": .string(pattern), "become": true, "any_errors_fatal": true,
                "roles": ["site"], "tasks": [task],
            ]
        ]).json()
    }
}
