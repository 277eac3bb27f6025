import ArgumentParser

/// `intchainctl release pack|show|verify|push`.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Pack a release, look at one, check it, or bring it to hosts ahead of a deploy.",
        subcommands: [ReleasePack.self, ReleaseShow.self, ReleaseVerify.self, ReleasePushCommand.self])
}

/// The release that a command is about.
struct ReleaseArgument: ParsableArguments {
    @Argument(help: "The release: a folder, or a file that 'release pack' made.", completion: .file())
    var release: String
}
