import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// `--yes`: what is about to be done is shown first, and asked for.
struct ConfirmationFlags: ParsableArguments {
    @Flag(name: [.customShort("y"), .long], help: "Do it without asking.")
    var yes = false

    /// Shows the plan and asks, unless that was answered on the command line.
    /// - Throws: `CommandFailure` when the answer is no, or when there is no terminal to ask on.
    func confirm(_ question: String, console: Console) throws {
        guard !yes else { return }
        guard isatty(STDIN_FILENO) == 1, console.errorIsTerminal else {
            throw CommandFailure(
                "nothing was done: there is no terminal to ask on", hint: "repeat it with --yes", status: .usage)
        }
        console.draw("\(question) [y/N] ")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandFailure("nothing was done", status: .failed)
        }
    }
}
