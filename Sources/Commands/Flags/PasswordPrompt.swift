import Remote

#if canImport(Glibc)
    import Glibc
#endif

/// Asks for a password on the terminal, without showing it.
struct PasswordPrompt {
    private let prompt: String
    private let variable: String

    init(_ prompt: String, variable: String) {
        self.prompt = prompt
        self.variable = variable
    }

    /// - Throws: `CommandFailure` without a terminal: then nothing ever prompts.
    func ask() throws -> Secret {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                "cannot ask for a password: standard input is no terminal", hint: "put it in \(variable)",
                status: .usage)
        }
        guard let text = getpass(prompt) else { throw CommandFailure("no password was given", status: .usage) }
        return Secret(String(cString: text))
    }
}
