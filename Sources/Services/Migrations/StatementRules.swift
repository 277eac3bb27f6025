/// What a statement of a migration must keep to; looked at when the file is read, before any database is.
struct StatementRules {
    let phase: Migration.Phase
    /// Whether the file says `-- offline: why`: its definitions may be changed while nobody can write to the table.
    let isOffline: Bool

    /// Why the statement is refused; nil when it is all right.
    func refusal(of statement: SQLStatement) -> String? {
        let words = statement.words
        if statement.kind == .control {
            return
                "\(words.first ?? "") is not for migrations: each statement is committed by itself, with the note of it"
        }
        if phase == .expand, let taken = takesAway(words) {
            return "\(taken) takes something away that releases before this one may use; "
                + "put it into a file of its own with '-- phase: contract'"
        }
        if !isOffline, let missing = missingOnline(words) {
            return "may lock the table for as long as it takes: end it with \(missing), "
                + "or write '-- offline: why' at the file's top"
        }
        return nil
    }

    /// The words by which it drops or renames what stands already.
    private func takesAway(_ words: [String]) -> String? {
        let object = words.dropFirst().first ?? ""
        switch words.first {
        // A new index, view or routine is one that no release before can miss.
        case "DROP":
            return ["INDEX", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION"].contains(object) ? nil : "DROP \(object)"
        case "RENAME": return "RENAME \(object)"
        case "TRUNCATE": return "TRUNCATE"
        case "ALTER" where object == "TABLE": return takenFromTable(words)
        default: return nil
        }
    }

    private func takenFromTable(_ words: [String]) -> String? {
        let kept: Set = ["INDEX", "KEY", "FOREIGN", "CONSTRAINT", "CHECK", "DEFAULT"]
        for (index, word) in words.enumerated().dropFirst(2) {
            let next = index + 1 < words.count ? words[index + 1] : ""
            if word == "DROP", !kept.contains(next) { return "DROP \(next)" }
            if word == "RENAME", !["INDEX", "KEY"].contains(next) { return "RENAME" }
            if word == "CHANGE", renames(words, from: index) { return "CHANGE to another name" }
        }
        return nil
    }

    /// `CHANGE [COLUMN] old new …` with two different names.
    private func renames(_ words: [String], from index: Int) -> Bool {
        let names = words.dropFirst(index + 1).drop { $0 == "COLUMN" }.prefix(2).map {
            $0.filter { $0 != "`" }.uppercased()
        }
        return names.count == 2 && names[0] != names[1]
    }

    /// What it lacks to be an online change, by MySQL's own check: with these words it fails rather than locks
    /// (dev.mysql.com/doc/refman: "Online DDL Operations").
    private func missingOnline(_ words: [String]) -> String? {
        let isIndex = words.prefix(4).contains("INDEX") && (words.first == "CREATE" || words.first == "DROP")
        guard isIndex || words.starts(with: ["ALTER", "TABLE"]) else { return nil }
        // Without a rebuild there is nothing to lock, and MySQL refuses a LOCK clause.
        if value(of: "ALGORITHM", in: words) == "INSTANT" { return nil }
        if value(of: "ALGORITHM", in: words) == "INPLACE", value(of: "LOCK", in: words) == "NONE" { return nil }
        return isIndex ? "ALGORITHM=INPLACE LOCK=NONE" : ", ALGORITHM=INSTANT or , ALGORITHM=INPLACE, LOCK=NONE"
    }

    private func value(of clause: String, in words: [String]) -> String? {
        guard let index = words.lastIndex(of: clause) else { return nil }
        return words.dropFirst(index + 1).first { $0 != "=" }
    }
}
