import ArgumentParser
@preconcurrency import Dispatch

#if canImport(Glibc)
    import Glibc
#endif

extension Intchainctl {
    /// Parses the command line, runs the command, and exits with its code; the one place that prints errors.
    ///
    /// SIGINT and SIGTERM cancel the command, which then ends in order; a second one quits at once.
    public static func launch() async -> Never {
        let work = Task { await outcome() }
        let signals = [SIGINT, SIGTERM, SIGHUP].map { Interruption(signal: $0, cancelling: work) }
        let finished = await work.value
        let status = work.isCancelled ? ExitStatus.interrupted.rawValue : finished
        signals.forEach { $0.stop() }
        Glibc.exit(status)
    }

    private static func outcome() async -> Int32 {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch {
            return report(error)
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        if let exit = error as? ExitCode { return exit.rawValue }
        let isUsage =
            error is ValidationError || error is CleanExit || Intchainctl.exitCode(for: error) == .validationFailure
        if isUsage || Intchainctl.exitCode(for: error) == .success {
            let text = fullMessage(for: error)
            let console = Console(environment: [:])
            if Intchainctl.exitCode(for: error) == .success { console.print(text) } else { console.say(text) }
            return Intchainctl.exitCode(for: error).rawValue
        }
        Console(environment: [:]).say("\(error)")
        return ExitStatus(of: error).rawValue
    }
}

/// A signal that cancels a task the first time and ends the process the second.
private final class Interruption: Sendable {
    private let source: any DispatchSourceSignal

    init(signal number: Int32, cancelling work: Task<Int32, Never>) {
        signal(number, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            if work.isCancelled { Glibc.exit(ExitStatus.interrupted.rawValue) }
            Console(environment: [:]).say("stopping; hosts finish the step they have begun; once more to stop at once")
            work.cancel()
        }
        source.resume()
    }

    func stop() { source.cancel() }
}

extension ExitStatus {
    func throwUnlessDone() throws {
        if self != .done { throw ExitCode(rawValue) }
    }
}
