import ArgumentParser
import Playbooks

#if canImport(Glibc)
    import Glibc
#endif

extension Intchainctl {
    /// Parses the command line, runs the command, and exits with its code; the one place that prints errors.
    ///
    /// What a signal does to it: `Signals`.
    public static func launch() async -> Never {
        let stop = StopRequest()
        let work = Task { await Signals.$stop.withValue(stop) { await outcome() } }
        let signals = Signals(cancelling: work, asking: stop)
        let finished = await work.value
        signals.ignore()
        // Not exit(3): its handlers free OpenSSL's locks, which the loops of open sessions still use.
        fflush(nil)
        _exit(stop.isRequested ? ExitStatus.interrupted.rawValue : finished)
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
        if Intchainctl.exitCode(for: error) == .success, fullMessage(for: error) == toolVersion,
            let misplaced = MisplacedVersion(CommandLine.arguments.dropFirst())
        {
            Console(environment: [:]).say(misplaced.hint)
            return ExitCode.validationFailure.rawValue
        }
        let isUsage =
            error is ValidationError || error is CleanExit || Intchainctl.exitCode(for: error) == .validationFailure
        if isUsage || Intchainctl.exitCode(for: error) == .success {
            let text =
                [MisspeltCommand(CommandLine.arguments.dropFirst(), below: Intchainctl.self)?.hint]
                .compactMap { $0 }.first ?? fullMessage(for: error)
            let console = Console(environment: [:])
            if Intchainctl.exitCode(for: error) == .success { console.print(text) } else { console.say(text) }
            return Intchainctl.exitCode(for: error).rawValue
        }
        Console(environment: [:]).say("\(error)")
        return ExitStatus(of: error).rawValue
    }
}

extension ExitStatus {
    func throwUnlessDone() throws {
        if self != .done { throw ExitCode(rawValue) }
    }
}
