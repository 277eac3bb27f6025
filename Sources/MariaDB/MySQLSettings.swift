/// How to sign in to a MySQL server, whichever of a pair it is.
package struct MySQLSettings: Sendable {
    /// What the connection demands of TLS.
    package enum TLS: Hashable, Sendable {
        case off
        /// Encrypted; the server's certificate is not verified.
        case required
        /// Encrypted, and the certificate must lead to this authority and name the host.
        case verified(caFile: String)
    }

    package var database: String?
    package var user: String
    package var password: String
    package var tls: TLS
    /// For the TCP connection and the handshake, whole seconds.
    package var connectSeconds: UInt32
    /// For each read and write on the socket, whole seconds; nothing else can end a call that waits for a dead host.
    package var transferSeconds: UInt32

    package init(
        database: String?, user: String, password: String, tls: TLS = .required, connectSeconds: UInt32 = 2,
        transferSeconds: UInt32 = 5
    ) {
        self.database = database
        self.user = user
        self.password = password
        self.tls = tls
        self.connectSeconds = connectSeconds
        self.transferSeconds = transferSeconds
    }
}
