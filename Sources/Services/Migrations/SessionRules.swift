/// What no migration may do, since the run itself works otherwise, or could not go on after a cut.
enum SessionRules {
    static func refusal(of words: [String], _ kind: StatementKind) -> String? {
        let first = words.first ?? ""
        // The end of a body that was cut at its semicolons.
        if first == "END" { return compound }
        if kind == .control {
            return "\(first) is not for migrations: each statement is committed by itself, with the note of it"
        }
        switch first {
        case "PREPARE", "EXECUTE", "DEALLOCATE":
            return "\(first) runs text that can't be looked at beforehand, nor looked up after a cut: "
                + "write out the statement itself"
        case "SET": return setting(words)
        case "CREATE", "DROP":
            if words.dropFirst().first == "TEMPORARY" {
                return "a TEMPORARY table is gone when a run that was cut off goes on: CREATE TABLE an ordinary one, "
                    + "and DROP TABLE it in the same file"
            }
            return words.contains("BEGIN") && makesRoutine(words) ? compound : nil
        default: return nil
        }
    }

    private static let compound =
        "a body of several statements, BEGIN … END, is cut at its semicolons, and MySQL "
        + "refuses the pieces: write the body as one statement, or create it by other means"

    private static func makesRoutine(_ words: [String]) -> Bool {
        var rest = WordReader(words)
        _ = rest.take("CREATE")
        _ = rest.take("OR", "REPLACE")
        rest.skipObjectOptions()
        return ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"].contains(rest.next())
    }

    /// By these the notes of the run would no longer be committed.
    private static func setting(_ words: [String]) -> String? {
        for (index, word) in words.enumerated() where ["AUTOCOMMIT", "COMPLETION_TYPE"].contains(word) {
            let next = words.dropFirst(index + 1).prefix(2)
            guard next.first == "=" || next.elementsEqual([":", "="]) else { continue }
            return "\(word.lowercased()) is not for migrations: each statement is committed by itself, with the note "
                + "of it; leave the setting out"
        }
        return nil
    }
}
