import Diagnostics
import OrderedCollections
import YAML

/// What `tls_requires` may ask of an account's connections.
enum TLSRequirement: Hashable, Sendable {
    case none, ssl, x509

    init(_ entries: ValueMap, _ arguments: Arguments) throws {
        let names = entries.keys.map { ($0.string ?? "").uppercased() }
        switch names {
        case [], ["NONE"]: self = .none
        case ["SSL"]: self = .ssl
        case ["X509"]: self = .x509
        default:
            throw arguments.problem(
                "tls_requires", "\(names.joined(separator: ", ")) is not supported", hint: "write SSL: or X509:")
        }
    }

    /// As `mysql.user.ssl_type` has it.
    var column: String {
        switch self {
        case .none: ""
        case .ssl: "ANY"
        case .x509: "X509"
        }
    }

    var sql: SQL {
        switch self {
        case .none: "REQUIRE NONE"
        case .ssl: "REQUIRE SSL"
        case .x509: "REQUIRE X509"
        }
    }
}

/// What `resource_limits` sets; the others stay.
struct ResourceLimits: Hashable, Sendable {
    /// In the order of the columns that the module asks for.
    static let names = [
        "MAX_QUERIES_PER_HOUR", "MAX_UPDATES_PER_HOUR", "MAX_CONNECTIONS_PER_HOUR", "MAX_USER_CONNECTIONS",
    ]

    var values: [String: Int] = [:]

    init(_ arguments: Arguments) throws {
        for (key, value) in try arguments.map("resource_limits") ?? [:] {
            let name = (key.string ?? "").uppercased()
            guard Self.names.contains(name) else {
                throw arguments.problem(
                    "resource_limits", "there is no limit '\(name)'",
                    hint: Suggestion.hint(for: name, among: Self.names))
            }
            guard let number = value.int ?? value.string.flatMap({ Int($0) }), number >= 0 else {
                throw arguments.problem("resource_limits", "\(name): expected a number, found \(value.kind)")
            }
            values[name] = number
        }
    }

    /// The limits that differ from the columns of `mysql.user`.
    func differing(from columns: [String]) -> [String: Int] {
        let present = Dictionary(zip(Self.names, columns.map { Int($0) ?? 0 }), uniquingKeysWith: { $1 })
        return values.filter { present[$0] != $1 }
    }

    static func sql(_ values: [String: Int]) -> SQL {
        SQL(verbatim: "WITH " + values.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: " "))
    }
}
