extension FileMode {
    /// The bits this mode gives a file that now has others.
    ///
    /// The rules are chmod's, in Ansible's reading: `X` looks at the bits before any clause was applied.
    package func bits(from current: Int, isDirectory: Bool, mask: Int = 0o022) -> Int {
        switch self {
        case .bits(let bits): return bits
        case .symbolic(let clauses):
            var bits = current
            for clause in clauses {
                for user in clause.users {
                    var granted = Self.permissions(
                        clause.permissions, of: user, now: bits, executes: isDirectory || current & 0o111 != 0)
                    if clause.heedsMask { granted &= ~mask }
                    switch clause.operation {
                    case "+": bits |= granted
                    case "-": bits &= ~granted
                    default: bits = bits & ~Self.all(of: user) | granted
                    }
                }
            }
            return bits
        }
    }

    static func clauses(_ part: Substring, of text: String) throws(FileModeError) -> [Clause] {
        let wrong = FileModeError(text: text, hint: "write octal digits in quotes ('0644'), or u=rw,g=r,o=")
        let named = part.prefix { !"+-=".contains($0) }
        var rest = part[named.endIndex...]
        guard named.allSatisfy({ "ugoa".contains($0) }), !rest.isEmpty else { throw wrong }
        let users: [Character] = named.isEmpty || named.contains("a") ? ["u", "g", "o"] : Array(named)
        var clauses: [Clause] = []
        while let operation = rest.popFirst() {
            let permissions = rest.prefix { !"+-=".contains($0) }
            guard permissions.allSatisfy({ "rwxXstugo".contains($0) }) else { throw wrong }
            rest = rest[permissions.endIndex...]
            clauses.append(
                Clause(
                    users: users, heedsMask: named.isEmpty, operation: operation, permissions: String(permissions)))
        }
        return clauses
    }

    private static func permissions(_ letters: String, of user: Character, now: Int, executes: Bool) -> Int {
        letters.reduce(0) { bits, letter in
            switch letter {
            case "r": bits | 4 << shift(user)
            case "w": bits | 2 << shift(user)
            case "x": bits | 1 << shift(user)
            case "X": executes ? bits | 1 << shift(user) : bits
            case "s": bits | (user == "u" ? 0o4000 : user == "g" ? 0o2000 : 0)
            case "t": bits | (user == "o" ? 0o1000 : 0)
            default: bits | (now >> shift(letter) & 7) << shift(user)
            }
        }
    }

    /// Every bit that belongs to a class of users, its special bit included.
    private static func all(of user: Character) -> Int {
        7 << shift(user) | (user == "u" ? 0o4000 : user == "g" ? 0o2000 : 0o1000)
    }

    private static func shift(_ user: Character) -> Int { user == "u" ? 6 : user == "g" ? 3 : 0 }
}
