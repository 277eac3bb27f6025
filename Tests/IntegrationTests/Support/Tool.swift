import Foundation
import Subprocess
import SystemPackage
import OrderedCollections
import Testing
import YAML

/// The built `intchainctl`, run as a user runs it: from the project's folder, without a terminal.
enum Tool {
    static let path = Project.programs + "/intchainctl"

    /// - Parameter interrupt: how long after its start the program gets a SIGINT.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: String = Project.root,
        interrupt: Duration? = nil
    ) async throws -> Outcome {
        try await Program.run([path] + arguments, environment: environment, in: folder, interrupt: interrupt)
    }
}

extension Tool {
    /// The same, with signals sent while it runs.
    static func run(
        _ arguments: [String], in folder: String, while watch: (_ send: (Signal) throws -> Void) async throws -> Void
    ) async throws -> Outcome {
        try await Program.run([path] + arguments, in: folder, while: watch)
    }
}

/// What a finished program left.
struct Outcome: Sendable {
    var code: Int
    var output: String
    var errors: String
    var took: Duration

    var text: String { output + errors }
}

extension Outcome {
    /// `--output json`.
    func document() throws -> Value { try Value(json: output) }

    /// Host → how many tasks changed it, of a run with `--output json`.
    func changes() throws -> [String: Int] { try counts("changed") }

    /// Host → one of the recap's counts, of a run with `--output json`.
    func counts(_ name: String) throws -> [String: Int] {
        let hosts = try #require(try document()["hosts"]?.list, "\(text)")
        return hosts.reduce(into: [:]) { counts, host in
            if let title = host["host"]?.string { counts[title] = host[name]?.int }
        }
    }
}

/// A program of this machine.
enum Program {
    static func run(
        _ words: [String], environment: [String: String] = [:], in folder: String = Project.root,
        interrupt: Duration? = nil
    ) async throws -> Outcome {
        try await run(words, environment: environment, in: folder) { send in
            guard let interrupt else { return }
            try await Task.sleep(for: interrupt)
            try send(.interrupt)
        }
    }

    /// Runs until the gate opens; then the program gets a SIGINT.
    static func run(_ words: [String], until end: Gate) async throws -> Outcome {
        try await run(words) { send in
            await end.wait()
            // It may have ended by itself.
            try? send(.interrupt)
        }
    }

    /// Runs to the end; meanwhile `watch` may send signals.
    static func run(
        _ words: [String], environment: [String: String] = [:], in folder: String = Project.root,
        while watch: (_ send: (Signal) throws -> Void) async throws -> Void
    ) async throws -> Outcome {
        let program = try #require(words.first)
        let clock = ContinuousClock()
        let start = clock.now
        var watchdog: Task<Void, Never>?
        defer { watchdog?.cancel() }
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(words.dropFirst())), environment: inherited(adding: environment),
            workingDirectory: FilePath(folder), input: .none, output: .string(limit: 1 << 26),
            error: .string(limit: 1 << 26)
        ) { execution in
            watchdog = Self.watchdog(of: execution.processIdentifier.value, words)
            try await watch { try execution.send(signal: $0) }
        }
        return Outcome(
            code: result.terminationStatus.code, output: result.standardOutput, errors: result.standardError,
            took: clock.now - start)
    }

    /// One that hangs fails its test, and keeps no other from its turn.
    private static func watchdog(of process: pid_t, _ words: [String]) -> Task<Void, Never> {
        let limit = Duration.seconds(Soak.isOn ? 7200 : 600)
        return Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            Issue.record("ended after \(limit): \(words.joined(separator: " "))")
            kill(process, SIGKILL)
        }
    }

    /// The shell's own settings of the tool must not decide a test.
    private static func inherited(adding own: [String: String]) -> Environment {
        let ours = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("INTCHAIN_") }
        var changes: [Environment.Key: String?] = [:]
        for name in ours { if let key = Environment.Key(rawValue: name) { changes[key] = String?.none } }
        for (name, value) in own { if let key = Environment.Key(rawValue: name) { changes[key] = value } }
        return .inherit.updating(changes)
    }
}

extension TerminationStatus {
    /// As a shell shows it: 128 and the signal's number for a killed program.
    fileprivate var code: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}
