import AsyncAlgorithms
package import Logging
import ServiceLifecycle

/// Asks one server for its role every second, and at once when its bell rings.
package struct RoleMonitor: Service {
    let address: ServerAddress
    let pair: ServerPair
    let logger: Logger
    let ask: @Sendable () async -> ServerRole

    /// - Parameter ask: one look at the server; bounded in time by its own timeouts.
    package init(
        of address: ServerAddress, in pair: ServerPair, logger: Logger, ask: @escaping @Sendable () async -> ServerRole
    ) {
        self.address = address
        self.pair = pair
        self.logger = logger
        self.ask = ask
    }

    package func run() async throws {
        guard let bell = pair.bell(of: address) else { return }
        await look()
        let turns = AsyncTimerSequence(interval: .seconds(1), clock: .continuous).map { _ in }
        for await _ in merge(turns, bell.rings).cancelOnGracefulShutdown() { await look() }
    }

    private func look() async {
        let role = await ask()
        if await pair.report(role, of: address) { announce(role) }
    }

    private func announce(_ role: ServerRole) {
        var details: Logger.Metadata = ["server": "\(address)"]
        if case .unreachable(let reason) = role {
            details["reason"] = "\(reason)"
            logger.error("\(pair.kind) server unreachable", metadata: details)
        } else {
            logger.info("\(pair.kind) server is \(role)", metadata: details)
        }
    }
}
