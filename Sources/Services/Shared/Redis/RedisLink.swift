/// The connection to one Redis server: opened by its monitor, used by every request.
actor RedisLink {
    nonisolated let address: ServerAddress
    private let settings: RedisSettings
    private var connection: RedisConnection?

    init(to address: ServerAddress, _ settings: RedisSettings) {
        self.address = address
        self.settings = settings
    }

    /// Asks for the server's role, after opening the connection if need be. Only the monitor calls this.
    func role() async -> ServerRole {
        do {
            let answer = try await open().send(["ROLE"])
            guard case .array(let parts?) = answer, let role = parts.first?.text else {
                throw RedisError.unexpected(server: "\(address)", command: "ROLE")
            }
            return role == "master" ? .writable : .readOnly
        } catch {
            await connection?.close()
            connection = nil
            return .unreachable("\(error)")
        }
    }

    /// Asks a Sentinel for the primary of a name; nil when it can't be asked or names none. Only its monitor calls this.
    func primary(named name: String) async -> ServerAddress? {
        do {
            let answer = try await open().send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name])
            guard case .array(let parts?) = answer, parts.count == 2, let host = parts[0].text,
                let port = parts[1].text.flatMap({ UInt16($0) })
            else { return nil }
            return ServerAddress(host: host, port: port)
        } catch {
            await connection?.close()
            connection = nil
            return nil
        }
    }

    /// Sends a command on the open connection; throws `RedisError`.
    func send(_ arguments: [String]) async throws -> RESPValue {
        guard let connection, connection.isOpen else { throw RedisError.notConnected(server: "\(address)") }
        return try await connection.send(arguments)
    }

    func close() async {
        await connection?.close()
        connection = nil
    }

    private func open() async throws -> RedisConnection {
        if let connection, connection.isOpen { return connection }
        let opened = try await RedisConnection.open(to: address, settings)
        connection = opened
        return opened
    }
}
