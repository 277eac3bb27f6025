import MariaDB
package import Logging

extension ServerRole {
    /// Asks a MySQL server whether it takes writes. `super_read_only` can't be on without `read_only`.
    static func ofMySQL(_ connection: MySQLConnection, at address: ServerAddress) async -> ServerRole {
        do {
            let result = try await connection.run("SELECT @@global.read_only", host: address.host, port: address.port)
            return result.scalar == "0" ? .writable : .readOnly
        } catch {
            return .unreachable("\(error)")
        }
    }
}

extension DatabaseSettings {
    /// A monitor for each server, with a connection of its own.
    package func monitors(of pair: ServerPair, logger: Logger) -> [RoleMonitor] {
        hosts.map { address in
            var login = login
            login.transferSeconds = min(login.transferSeconds, 2)
            let connection = MySQLConnection(login)
            return RoleMonitor(of: address, in: pair, logger: logger) {
                await .ofMySQL(connection, at: address)
            }
        }
    }
}
