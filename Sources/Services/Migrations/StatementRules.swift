/// What the statements of a migration must keep to; looked at when the file is read, before any of them is run.
struct StatementRules {
    let phase: Migration.Phase
    /// Whether the file says `-- offline: why`: its definitions may be changed while nobody can write to the table.
    var isOffline = false
    /// Whether it says `-- widens: why`: what it demands of rows, releases before it keep to already.
    var isWidening = false
    /// All of the file: what it makes itself no release before can miss.
    let statements: [SQLStatement]

    /// The first that is refused.
    var refusal: Migration.Refusal? {
        for (index, statement) in statements.enumerated() {
            if let reason = refusal(of: index) { return Migration.Refusal(line: statement.line, reason: reason) }
        }
        return nil
    }

    /// Why one of the statements is refused; nil when it is all right.
    func refusal(of index: Int) -> String? {
        let statement = statements[index]
        let words = statement.words
        if let reason = SessionRules.refusal(of: words, statement.kind) { return reason }
        if phase == .expand {
            if let taken = takesAway(index, words) {
                return "\(taken) takes something away that releases before this one may use; "
                    + "put it into a file of its own with '-- phase: contract'"
            }
            if !isWidening, let narrowed = narrows(index, words) {
                return "\(narrowed) may refuse what releases before this one write; put it into a file of its own "
                    + "with '-- phase: contract', or say at the file's top why they are none the worse: '-- widens: why'"
            }
        }
        if !isOffline, let missing = missingOnline(words) {
            return "may lock the table for as long as it takes: end it with \(missing), "
                + "or write '-- offline: why' at the file's top"
        }
        return nil
    }

    /// The words by which it drops or renames what stands already.
    private func takesAway(_ index: Int, _ words: [String]) -> String? {
        let object = words.dropFirst().first ?? ""
        switch words.first {
        // A new index or trigger is one that no release before can miss.
        case "DROP" where ["INDEX", "TRIGGER"].contains(object): return nil
        case "DROP" where object == "TABLE": return isMadeBefore(index) ? nil : "DROP TABLE"
        case "DROP" where ["VIEW", "PROCEDURE", "FUNCTION"].contains(object):
            return isMadeAgain(index) ? nil : "DROP \(object) without creating it again"
        case "DROP": return "DROP \(object)"
        case "RENAME": return "RENAME \(object)"
        case "TRUNCATE": return "TRUNCATE"
        case "ALTER" where object == "TABLE": return isMadeBefore(index) ? nil : takenFromTable(words)
        default: return nil
        }
    }

    private func takenFromTable(_ words: [String]) -> String? {
        let kept: Set = ["INDEX", "KEY", "FOREIGN", "CONSTRAINT", "CHECK", "DEFAULT"]
        for (index, word) in words.enumerated().dropFirst(2) {
            let next = index + 1 < words.count ? words[index + 1] : ""
            if word == "DROP", !kept.contains(next) { return "DROP \(next)" }
            if word == "RENAME", !["INDEX", "KEY"].contains(next) { return "RENAME" }
        }
        for clause in Self.clauses(ofAlter: words) {
            let verb = clause.first ?? ""
            if verb == "CHANGE", Self.renames(clause) { return "CHANGE to another name" }
            if ["EXCHANGE", "TRUNCATE", "DISCARD"].contains(verb) { return clause.prefix(2).joined(separator: " ") }
        }
        return nil
    }

    /// `CHANGE [COLUMN] old new …` with two different names.
    private static func renames(_ clause: [String]) -> Bool {
        let names = clause.dropFirst().drop { $0 == "COLUMN" }.prefix(2).map { $0.filter { $0 != "`" }.uppercased() }
        return names.count == 2 && names[0] != names[1]
    }

    /// The words by which it may demand more of rows than before.
    private func narrows(_ index: Int, _ words: [String]) -> String? {
        guard !isMadeBefore(index) else { return nil }
        if words.starts(with: ["CREATE", "UNIQUE"]) { return "a new UNIQUE index" }
        guard words.starts(with: ["ALTER", "TABLE"]) else { return nil }
        for clause in Self.clauses(ofAlter: words) {
            switch clause.first {
            case "MODIFY": return "MODIFY"
            case "CHANGE": return "CHANGE"
            case "CONVERT": return "CONVERT TO CHARACTER SET"
            case "ADD" where clause.contains("UNIQUE"): return "a new UNIQUE index"
            case "ADD" where clause.contains("PRIMARY"): return "a new PRIMARY KEY"
            case "ADD" where Self.addsMandatory(clause): return "a new column that is NOT NULL and has no DEFAULT"
            default: continue
            }
        }
        return nil
    }

    /// A column that an `INSERT` must name.
    private static func addsMandatory(_ clause: [String]) -> Bool {
        let others: Set = ["INDEX", "KEY", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK", "PARTITION"]
        guard let next = clause.dropFirst().first, !others.contains(next) else { return false }
        let filled: Set = ["DEFAULT", "AUTO_INCREMENT", "AS", "SERIAL"]
        let isNotNull = zip(clause.dropFirst(), clause.dropFirst(2)).enumerated().contains { place, pair in
            pair == ("NOT", "NULL") && clause[place] != "IS"
        }
        return isNotNull && filled.isDisjoint(with: clause)
    }

    private static func clauses(ofAlter words: [String]) -> [[String]] {
        var rest = WordReader(words)
        guard rest.take("ALTER", "TABLE"), rest.next() != nil else { return [] }
        // The table's name may be one of another database.
        if rest.take(".") { _ = rest.next() }
        return rest.clauses()
    }

    /// Whether the file makes anew, before this statement, all the tables that it names.
    private func isMadeBefore(_ index: Int) -> Bool {
        isNamed(index, by: statements[..<index]) { effect, words in words.contains("TABLE") ? effect.appearing : [] }
    }

    /// Whether the file makes, after this statement, all that it names.
    private func isMadeAgain(_ index: Int) -> Bool {
        isNamed(index, by: statements[(index + 1)...]) { effect, _ in effect.names }
    }

    private func isNamed(
        _ index: Int, by others: ArraySlice<SQLStatement>, _ made: (DefinitionEffect, ArraySlice<String>) -> Set<String>
    ) -> Bool {
        guard let effect = DefinitionEffect(statements[index].words) else { return false }
        var names: Set<String> = []
        for words in others.map(\.words) where words.first == "CREATE" {
            if let effect = DefinitionEffect(words) { names.formUnion(made(effect, words.prefix(2))) }
        }
        return effect.names.isSubset(of: names)
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
