/// `--version` behind a command's name, which the parser answers with the tool's own version whatever the command is:
/// who means a release's would take a deploy for done.
struct MisplacedVersion {
    let hint: String

    /// - Returns: nil when `--version` is all that was asked.
    init?(_ words: some Collection<String>) {
        guard let command = words.first, !command.hasPrefix("-") else { return nil }
        hint = """
            '\(command)' takes no --version: nothing was done
              'intchainctl --version' tells the tool's own; a release's is in its file VERSION, or is given to \
            'release pack --release-version'
            """
    }
}
