import ArgumentParser
import Diagnostics

/// A word where a command's name belongs that is nearly one.
struct MisspeltCommand {
    let hint: String

    /// - Returns: nil when all names are right, or this one is like none.
    init?(_ words: some Sequence<String>, below root: any ParsableCommand.Type) {
        var command = root
        for word in words {
            let names = command.configuration.subcommands.map { ($0._commandName, $0) }
            guard !names.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let (_, next) = names.first(where: { $0.0 == word }) {
                command = next
                continue
            }
            guard let hint = Suggestion.hint(for: word, among: names.map(\.0)) else { return nil }
            self.hint = "there is no command '\(word)'\n  \(hint)"
            return
        }
        return nil
    }
}
