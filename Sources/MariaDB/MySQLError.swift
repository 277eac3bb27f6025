/// What the server or the client library said went wrong, and how far the statement had got by then.
package struct MySQLError: Error, Hashable, Sendable {
    /// How far things had got: before `execute` nothing has reached the server that could change a row.
    package enum Phase: Hashable, Sendable {
        case connect
        case prepare
        case execute
    }

    /// The server's error number (1000…) or the library's (2000…2999).
    package let code: UInt32
    /// Five characters, as in the SQL standard.
    package let sqlState: String
    package let message: String
    package let phase: Phase
    /// `host:port` of the server.
    package let server: String

    package init(code: UInt32, sqlState: String = "HY000", message: String, phase: Phase, server: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
        self.phase = phase
        self.server = server
    }
}

extension MySQLError {
    /// The server refused to write: `read_only`/`super_read_only` (1290) or read-only mode (1836). Nothing changed.
    package var isReadOnly: Bool { code == 1290 || code == 1836 }

    /// A row with this unique key exists already.
    package var isDuplicateKey: Bool { code == 1062 }

    /// The connection is of no more use: the library lost it, or the server is going away or threw us out.
    package var isConnectionLost: Bool {
        switch code {
        case 2001...2006, 2012, 2013, 2026, 2027, 2055: true
        case 1053, 1152, 1158...1161, 1927, 3032, 4031: true
        default: phase == .connect
        }
    }

    /// The statement may or may not have taken effect: the connection went while it ran.
    package var isIndeterminate: Bool { isConnectionLost && phase == .execute }
}

extension MySQLError: CustomStringConvertible {
    package var description: String {
        let doing =
            switch phase {
            case .connect: "cannot connect"
            case .prepare: "statement not accepted"
            case .execute: "statement failed"
            }
        return "MySQL \(server): \(doing): \(message) (error \(code))"
    }
}
