/// A file mode as playbooks write it: octal digits, or symbolic clauses (`u=rwX,g-w,o=`).
package enum FileMode: Hashable, Sendable {
    case bits(Int)
    case symbolic([Clause])

    /// One `who operator permissions` of a symbolic mode.
    package struct Clause: Hashable, Sendable {
        var users: [Character]
        /// No user was named: then the umask holds back what it holds back.
        var heedsMask: Bool
        var operation: Character
        var permissions: String
    }

    /// - Throws: `FileModeError`.
    package init(_ text: String) throws(FileModeError) {
        if let bits = Int(text, radix: 8), text.first != "-", text.first != "+" {
            guard bits <= 0o7777 else { throw FileModeError(text: text, hint: "write octal digits such as '0644'") }
            self = .bits(bits)
            return
        }
        var clauses: [Clause] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            clauses += try Self.clauses(part, of: text)
        }
        self = .symbolic(clauses)
    }

    /// An unquoted number, as YAML 1.1 resolved it: `0644` arrives as 420. A decimal `644` arrives as 644, which as a
    /// mode is nonsense, while its digits read as octal are a sensible one: that is refused.
    /// - Throws: `FileModeError`.
    package init(number: Int) throws(FileModeError) {
        let digits = Int(String(number), radix: 8)
        if let digits, digits <= 0o7777, Self.isSensible(digits), !Self.isSensible(number) {
            throw FileModeError(text: String(number), hint: "write '\(Self.octal(digits))'")
        }
        guard (0...0o7777).contains(number) else {
            throw FileModeError(text: String(number), hint: "write octal digits in quotes, such as '0644'")
        }
        self = .bits(number)
    }

    /// `0644`.
    package static func octal(_ bits: Int) -> String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// A mode that people give files on purpose: the owner may read, writing goes with reading, nobody has a right that
    /// the class before it lacks, and the special bits stand beside the bits that they modify.
    private static func isSensible(_ bits: Int) -> Bool {
        guard (0...0o7777).contains(bits) else { return false }
        let (owner, group, other) = (bits >> 6 & 7, bits >> 3 & 7, bits & 7)
        let executable = owner & 1 == 1
        return owner & 4 != 0 && group & ~owner == 0 && other & ~group == 0
            && [group, other].allSatisfy { ($0 & 2 == 0 || $0 & 4 != 0) && (!executable || $0 & 4 == 0 || $0 & 1 != 0) }
            && (bits & 0o4000 == 0 || executable) && (bits & 0o2000 == 0 || group & 1 != 0)
            && (bits & 0o1000 == 0 || other & 2 != 0)
    }
}

/// A text that is no file mode.
package struct FileModeError: Error, Hashable, CustomStringConvertible {
    package var text: String
    package var hint: String?

    package var description: String { "'\(text)' is no file mode" }
}
