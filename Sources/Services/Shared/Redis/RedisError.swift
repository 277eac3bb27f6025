/// Why a Redis command got no usable answer.
package enum RedisError: Error, Hashable, Sendable {
    case cannotConnect(server: String, reason: String)
    /// There is no connection, so the command was not sent.
    case notConnected(server: String)
    /// The connection went, or the answer did not come in time, after the command was sent.
    case lost(server: String, reason: String)
    /// The server's own `-ERR …`.
    case refused(server: String, message: String)
    case unexpected(server: String, command: String)
}

extension RedisError {
    /// The server is a replica now, or not ready: the command took no effect.
    var isReadOnly: Bool {
        guard case .refused(_, let message) = self else { return false }
        return ["READONLY", "LOADING", "MASTERDOWN"].contains { message.hasPrefix($0) }
    }

    var wasNotSent: Bool {
        switch self {
        case .cannotConnect, .notConnected: true
        default: false
        }
    }

    var isLost: Bool {
        if case .lost = self { true } else { false }
    }
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotConnect(let server, let reason): "Redis \(server): cannot connect: \(reason)"
        case .notConnected(let server): "Redis \(server): not connected"
        case .lost(let server, let reason): "Redis \(server): connection lost: \(reason)"
        case .refused(let server, let message): "Redis \(server): \(message)"
        case .unexpected(let server, let command): "Redis \(server): unexpected answer to \(command)"
        }
    }
}
