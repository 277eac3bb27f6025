import AsyncAlgorithms
import Logging
import ServiceLifecycle

/// Asks one Sentinel every second whom it takes for the primary, and at once when its bell rings.
struct SentinelMonitor: Service {
    let link: RedisLink
    let name: String
    let pair: ServerPair
    let logger: Logger

    func run() async throws {
        guard let bell = pair.bell(of: link.address) else { return }
        await look()
        let turns = AsyncTimerSequence(interval: .seconds(1), clock: .continuous).map { _ in }
        for await _ in merge(turns, bell.rings).cancelOnGracefulShutdown() { await look() }
    }

    private func look() async {
        guard let primary = await link.primary(named: name), await pair.vote(for: primary, by: link.address) else {
            return
        }
        logger.info("Sentinel names the primary", metadata: ["sentinel": "\(link.address)", "primary": "\(primary)"])
    }
}
