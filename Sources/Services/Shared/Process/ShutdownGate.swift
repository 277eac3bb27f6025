import Dispatch
import Logging
import ServiceLifecycle

/// The first to hear of a shutdown: it marks the process as draining and holds the others back a moment, in which
/// answers carry `Connection: close`; then the server stops accepting and finishes what is in flight.
struct ShutdownGate: Service {
    let draining: Draining
    let settings: ShutdownSettings
    let logger: Logger
    /// Ends the process when even cancelling could not.
    let overrun: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        draining.begin()
        logger.info("stopping", metadata: ["timeout": "\(settings.timeout)"])
        armOverrun()
        try await Task.sleep(for: settings.linger)
    }

    /// A timer outside of Swift's cooperative pool: it fires though every task hangs.
    private func armOverrun() {
        let limit = settings.timeout + .seconds(3)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(limit.milliseconds))) { [logger] in
            logger.error("some requests did not end in time; quitting")
            overrun()
        }
    }
}
