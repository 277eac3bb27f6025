/// What an account may do: by object (`*.*`, `intchain.*`, `intchain.orders`, `FUNCTION a.b`) a set of privileges in
/// upper case; `GRANT` stands for the grant option.
struct Privileges: Hashable, Sendable {
    var byObject: [String: Set<String>] = [:]

    init(_ byObject: [String: Set<String>] = [:]) {
        self.byObject = byObject
    }

    /// Ansible's text: `db.*:SELECT,INSERT/other.t:ALL,GRANT`.
    /// - Throws: `ModuleFailure` for text without a colon.
    init(parsing text: String) throws {
        for part in text.split(separator: "/") {
            guard let colon = part.lastIndex(of: ":") else {
                throw ModuleFailure("'\(part)' is no privilege: write object:PRIVILEGE,PRIVILEGE")
            }
            let object = Self.object(part[..<colon])
            byObject[object, default: []].formUnion(Self.list(part[part.index(after: colon)...]))
        }
    }

    /// A `GRANT …` line of SHOW GRANTS; nil for lines about roles and proxies.
    init?(grantLine line: String) {
        guard let match = line.wholeMatch(of: /GRANT (.+?) ON (.+?) TO .+?( WITH GRANT OPTION)?/),
            !match.1.hasPrefix("PROXY")
        else { return nil }
        var set = Self.list(match.1)
        if match.3 != nil { set.insert("GRANT") }
        byObject[Self.object(match.2)] = set
    }

    init(grantLines lines: [String]) {
        for line in lines { byObject.merge(Privileges(grantLine: line)?.byObject ?? [:]) { $0.union($1) } }
    }

    /// Privileges separated by commas outside parentheses; USAGE means none.
    static func list(_ text: Substring) -> Set<String> {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return Set(parts.map(normalize).filter { !$0.isEmpty && $0 != "USAGE" })
    }

    /// `select (b, a)` → `SELECT (a, b)`, `ALL PRIVILEGES` → `ALL`.
    private static func normalize(_ privilege: String) -> String {
        let plain = privilege.replacing("`", with: "")
        let pieces = plain.split(separator: "(", maxSplits: 1)
        let words = (pieces.first ?? "").split(separator: " ").joined(separator: " ").uppercased()
        guard pieces.count == 2 else {
            return ["ALL PRIVILEGES": "ALL", "GRANT OPTION": "GRANT"][words] ?? words
        }
        let columns = pieces[1].split { ", )".contains($0) }.sorted()
        return "\(words) (\(columns.joined(separator: ", ")))"
    }

    private static func object(_ text: Substring) -> String {
        let plain = text.replacing("`", with: "")
        return String(plain.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension Privileges {
    /// The object as SQL: names in backticks, stars and the kind of routine as they are.
    static func sql(object: String) -> SQL {
        let words = object.split(separator: " ", maxSplits: 1)
        let kind = words.count == 2 ? "\(words[0]) " : ""
        let names = (words.last ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let quoted = names.map { $0 == "*" ? "*" : SQL.quote(name: String($0)) }
        return SQL(verbatim: kind + quoted.joined(separator: "."))
    }

    /// The statements that lead from these privileges to others.
    /// - Parameter keepsOthers: only add.
    func statements(to wanted: Privileges, for account: MySQLAccount, keepsOthers: Bool) -> [SQL] {
        let objects = Set(byObject.keys).union(wanted.byObject.keys).sorted()
        return objects.flatMap { object in
            let have = byObject[object] ?? []
            let want = wanted.byObject[object] ?? []
            let extra = keepsOthers || have == want ? [] : have.subtracting(want)
            let cannotSubtract = have.contains("ALL") && !want.contains("ALL")
            let missing = extra.isEmpty || !cannotSubtract ? want.subtracting(have) : want
            let revoke = Self.revoke(extra, on: object, from: account)
            let grant = Self.grant(missing, on: object, to: account)
            return cannotSubtract ? revoke + grant : grant + revoke
        }
    }

    private static func grant(_ set: Set<String>, on object: String, to account: MySQLAccount) -> [SQL] {
        guard !set.isEmpty else { return [] }
        let plain = set.subtracting(["GRANT"]).sorted()
        let list = SQL(verbatim: plain.isEmpty ? "USAGE" : plain.joined(separator: ", "))
        let option: SQL = set.contains("GRANT") ? " WITH GRANT OPTION" : ""
        return ["GRANT \(list) ON \(sql(object: object)) TO \(account.sql)\(option)"]
    }

    private static func revoke(_ set: Set<String>, on object: String, from account: MySQLAccount) -> [SQL] {
        guard !set.isEmpty else { return [] }
        let list = SQL(verbatim: set.map { $0 == "GRANT" ? "GRANT OPTION" : $0 }.sorted().joined(separator: ", "))
        return ["REVOKE \(list) ON \(sql(object: object)) FROM \(account.sql)"]
    }
}
