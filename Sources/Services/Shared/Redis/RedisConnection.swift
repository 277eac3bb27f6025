import Glibc
import NIOCore
import NIOPosix

/// One signed-in connection to one Redis server; commands may be sent from any task and are pipelined.
///
/// Written here because hiredis, the only packaged client, has another soname on each Debian release, so that one
/// binary can't run on all; and because four commands over NIO, which the HTTP server brings, are a page.
final class RedisConnection: Sendable {
    private let channel: any Channel
    private let server: String

    private init(channel: any Channel, server: String) {
        self.channel = channel
        self.server = server
    }

    /// Connects and signs in; throws `RedisError`.
    static func open(to address: ServerAddress, _ settings: RedisSettings) async throws -> RedisConnection {
        let server = "\(address)"
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(settings.timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(RESPDecoder()),
                        RedisCommandHandler(server: server, timeout: settings.timeout))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: address.host, port: Int(address.port)).get()
            let connection = RedisConnection(channel: channel, server: server)
            try await connection.signIn(settings)
            return connection
        } catch let error as RedisError {
            throw error
        } catch {
            throw RedisError.cannotConnect(server: server, reason: reason(for: error))
        }
    }

    /// The operating system's words, without the list of every address that was tried.
    private static func reason(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            (error.connectionErrors.first?.error).map(reason(for:)) ?? "no address for this name"
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }

    var isOpen: Bool { channel.isActive }

    /// The server's answer; `RedisError.refused` for an error reply.
    func send(_ arguments: [String]) async throws -> RESPValue {
        let answer = channel.eventLoop.makePromise(of: RESPValue.self)
        let server = server
        channel.writeAndFlush(RedisCommand(arguments: arguments, answer: answer)).whenFailure { error in
            // The first failure counts: a command that was waiting has its own already.
            answer.fail(RedisError.lost(server: server, reason: "\(error)"))
        }
        let value = try await answer.futureResult.get()
        if case .error(let message) = value { throw RedisError.refused(server: server, message: message) }
        return value
    }

    func close() async {
        try? await channel.close()
    }

    private func signIn(_ settings: RedisSettings) async throws {
        guard let password = settings.password else { return }
        do {
            _ = try await send(["AUTH"] + (settings.user.map { [$0] } ?? []) + [password.text])
        } catch {
            await close()
            throw error
        }
    }
}
