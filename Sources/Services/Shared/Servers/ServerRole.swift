/// What a server of a pair says of itself.
package enum ServerRole: Hashable, Sendable {
    /// It takes writes: MySQL with `read_only` off, Redis as master.
    case writable
    case readOnly
    /// It can't be asked; the reason is a sentence without secrets.
    case unreachable(String)
}

extension ServerRole: CustomStringConvertible {
    package var description: String {
        switch self {
        case .writable: "writable"
        case .readOnly: "read-only"
        case .unreachable: "unreachable"
        }
    }
}

/// No server of the pair took writes before the deadline; what each last said.
package struct NoWritableServer: Error, Hashable, Sendable {
    package let kind: String
    package let roles: [ServerAddress: ServerRole]
}

extension NoWritableServer: CustomStringConvertible {
    package var description: String {
        let each = roles.map { "\($0.key) is \($0.value)" }.sorted()
        return "no writable \(kind)" + (each.isEmpty ? "" : ": \(each.joined(separator: ", "))")
    }
}
