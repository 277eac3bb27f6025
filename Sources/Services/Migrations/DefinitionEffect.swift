/// What a statement that changes definitions is about, read from its words: whose definitions it may change, and what
/// shows afterwards that it did. Tables and views, which share their names, are `table:a`; then there are `trigger:a`,
/// `procedure:a`, `function:a`, and the parts of a table: `column:a.b`, `index:a.b`, `constraint:a.b`.
struct DefinitionEffect: Hashable, Sendable {
    private(set) var names: Set<String> = []
    /// What is there afterwards and was not before.
    private(set) var appearing: Set<String> = []
    /// What was there before and is not afterwards.
    private(set) var vanishing: Set<String> = []
    /// Whether running it a second time leaves things as the first time did.
    private(set) var isRepeatable = false

    /// nil when the words don't tell, or when the definitions may look the same before and after.
    init?(_ words: [String]) {
        var rest = WordReader(words)
        let isRead =
            switch rest.next() {
            case "CREATE": readCreate(&rest)
            case "DROP": readDrop(&rest)
            case "ALTER": readAlter(&rest)
            case "RENAME": rest.take("TABLE") && readRename(&rest)
            default: false
            }
        guard isRead else { return nil }
    }

    private mutating func readCreate(_ rest: inout WordReader) -> Bool {
        let replaces = rest.take("OR", "REPLACE")
        rest.skipObjectOptions()
        guard let object = rest.next(), let kind = Self.kinds[object] else { return false }
        isRepeatable = rest.take("IF", "NOT", "EXISTS") || replaces
        guard let name = rest.name() else { return false }
        guard object == "INDEX" else {
            names = ["\(kind):\(name)"]
            // A library's function is not in information_schema.
            if !isRepeatable { appearing = names }
            return !rest.contains("SONAME")
        }
        guard rest.skip(to: "ON"), let table = rest.name() else { return false }
        names = ["table:\(table)"]
        appearing = ["index:\(table).\(name)"]
        return true
    }

    private mutating func readDrop(_ rest: inout WordReader) -> Bool {
        guard let object = rest.next(), let kind = Self.kinds[object] else { return false }
        _ = rest.take("IF", "EXISTS")
        repeat {
            guard let name = rest.name() else { return false }
            if object == "INDEX" {
                guard rest.take("ON"), let table = rest.name() else { return false }
                names = ["table:\(table)"]
                vanishing = ["index:\(table).\(name)"]
                return true
            }
            names.insert("\(kind):\(name)")
        } while rest.take(",")
        vanishing = names
        return true
    }

    private mutating func readAlter(_ rest: inout WordReader) -> Bool {
        rest.skipObjectOptions()
        guard let object = rest.next(), object != "INDEX", let kind = Self.kinds[object], let name = rest.name() else {
            return false
        }
        names = ["\(kind):\(name)"]
        guard object == "TABLE" else { return true }
        let changes = rest.clauses().map { TableChange($0, of: name) }
        // Two columns that change places may look as before; so does what is not in the definitions at all.
        guard !changes.contains(where: \.isHidden), changes.count(where: \.renamesColumn) < 2 else { return false }
        for change in changes {
            appearing.formUnion(change.appearing)
            vanishing.formUnion(change.vanishing)
        }
        names.formUnion(appearing.filter { $0.hasPrefix("table:") })
        // What one clause takes and another gives again looks as before.
        return appearing.isDisjoint(with: vanishing)
    }

    /// One table. Several may change places.
    private mutating func readRename(_ rest: inout WordReader) -> Bool {
        guard let old = rest.name(), rest.take("TO"), let new = rest.name(), rest.isAtEnd else { return false }
        vanishing = ["table:\(old)"]
        appearing = ["table:\(new)"]
        names = vanishing.union(appearing)
        return old != new
    }

    private static let kinds = [
        "TABLE": "table", "VIEW": "table", "INDEX": "index", "TRIGGER": "trigger", "PROCEDURE": "procedure",
        "FUNCTION": "function",
    ]
}

/// One clause of an `ALTER TABLE`.
private struct TableChange {
    var appearing: Set<String> = []
    var vanishing: Set<String> = []
    var renamesColumn = false
    /// Whether it changes what no definition shows: the rows of partitions, files.
    var isHidden = false

    init(_ clause: [String], of table: String) {
        var rest = WordReader(clause)
        switch rest.next() {
        case "ADD": if let part = Self.part(&rest, of: table) { appearing = [part] }
        case "DROP": if let part = Self.part(&rest, of: table) { vanishing = [part] }
        case "RENAME": rename(&rest, table)
        case "CHANGE":
            _ = rest.take("COLUMN")
            guard let old = rest.name(), let new = rest.name(), old != new else { return }
            replace("column:\(table).\(old)", by: "column:\(table).\(new)")
        case "EXCHANGE", "TRUNCATE", "DISCARD", "IMPORT": isHidden = true
        default: break
        }
    }

    private mutating func rename(_ rest: inout WordReader, _ table: String) {
        let kind = rest.take("COLUMN") ? "column" : rest.take("INDEX") || rest.take("KEY") ? "index" : nil
        guard let kind else {
            _ = rest.take("TO") || rest.take("AS")
            guard let new = rest.name(), new != table else { return isHidden = true }
            vanishing = ["table:\(table)"]
            appearing = ["table:\(new)"]
            return
        }
        guard let old = rest.name(), rest.take("TO"), let new = rest.name() else { return isHidden = true }
        replace("\(kind):\(table).\(old)", by: "\(kind):\(table).\(new)")
    }

    private mutating func replace(_ old: String, by new: String) {
        vanishing = [old]
        appearing = [new]
        renamesColumn = old.hasPrefix("column:")
    }

    /// What `ADD` or `DROP` names; nil when that has no name, or several.
    private static func part(_ rest: inout WordReader, of table: String) -> String? {
        if rest.take("PRIMARY") { return "index:\(table).primary" }
        if rest.take("PARTITION") || rest.take("(") { return nil }
        var kind = "column"
        if rest.take("CONSTRAINT") || rest.take("CHECK") || rest.take("FOREIGN", "KEY") {
            kind = "constraint"
        } else {
            for word in ["UNIQUE", "FULLTEXT", "SPATIAL", "INDEX", "KEY"] where rest.take(word) { kind = "index" }
            if kind == "column" { _ = rest.take("COLUMN") }
        }
        let nameless: Set = ["(", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "USING"]
        guard let next = rest.first, !nameless.contains(next), let name = rest.name() else { return nil }
        return "\(kind):\(table).\(name)"
    }
}
