/// What a statement does, by its first words: this decides how it is run, and what can be found out about it when it
/// was interrupted.
package enum StatementKind: Hashable, Sendable {
    /// Changes rows: runs in one transaction with the note of its outcome, so that an interruption undoes both.
    case rows
    /// Changes definitions that information_schema shows, and commits by itself: an interrupted one is looked up there.
    case definition
    /// Settings of the session: needed again by each run that goes on with the file.
    case session
    /// Changes nothing that a second time would change again.
    case repeatable
    /// Anything else: nobody but a person can tell whether an interrupted one took effect.
    case opaque
    /// Begins or ends transactions, locks tables, or chooses another database: the run does that itself.
    case control
}

extension SQLStatement {
    /// Words and signs outside of strings and comments; quoted names stand for themselves, everything in upper case.
    package var words: [String] { SQLWords(text).all }

    package var kind: StatementKind {
        let words = words
        if isQuery(words), let kind = kindOfQuery(words) { return kind }
        switch words.first {
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH": return .rows
        case "CREATE", "ALTER", "DROP", "RENAME": return DefinitionEffect(words) == nil ? .opaque : .definition
        case "SET": return .session
        case "SELECT", "DO", "SHOW", "ANALYZE", "OPTIMIZE", "CHECK", "TABLE", "VALUES": return .repeatable
        case "START", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "LOCK", "UNLOCK", "USE", "XA":
            return .control
        default: return .opaque
        }
    }

    private func isQuery(_ words: [String]) -> Bool {
        switch words.first {
        case "SELECT", "DO", "TABLE", "VALUES": true
        case "WITH": !words.contains("UPDATE") && !words.contains("DELETE")
        default: false
        }
    }

    /// Of one that does more than to look: it sets variables, which end with the session, or writes a file.
    private func kindOfQuery(_ words: [String]) -> StatementKind? {
        let pairs = Array(zip(words, words.dropFirst()))
        if pairs.contains(where: { $0 == ("INTO", "OUTFILE") || $0 == ("INTO", "DUMPFILE") }) { return .opaque }
        if pairs.contains(where: { $0 == ("INTO", "@") || $0 == (":", "=") }) { return .session }
        return nil
    }

    /// Whether it took no effect at all when the server refuses it.
    var isAllOrNothing: Bool {
        kind != .opaque || ["CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"].contains(words.first)
    }
}
