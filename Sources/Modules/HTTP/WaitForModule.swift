import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `wait_for`: waits until a port of the host takes connections (or does not), or a path is there (or gone).
struct WaitForModule: Action {
    static let spec = ModuleSpec(
        "ansible.builtin.wait_for", summary: "Waits for a port, a path, or just for a while.",
        arguments: [
            ArgumentSpec("host"), ArgumentSpec("port", .int), ArgumentSpec("path", .path),
            ArgumentSpec("state", choices: ["absent", "present", "started", "stopped"]),
            ArgumentSpec("search_regex"), ArgumentSpec("timeout", .int), ArgumentSpec("delay", .int),
            ArgumentSpec("sleep", .int), ArgumentSpec("connect_timeout", .int), ArgumentSpec("msg"),
        ])

    enum Target: Sendable {
        case port(host: String, port: Int)
        case path(String, pattern: String?)
        case time
    }

    let target: Target
    /// True: wait until it is there; false: until it is gone.
    let wantsPresence: Bool
    let timeout: Int
    let delay: Int
    let pause: Int
    let message: String?

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        target = try Self.target(arguments)
        let state = try arguments.string("state") ?? "started"
        wantsPresence = state == "started" || state == "present"
        timeout = try arguments.int("timeout") ?? 300
        delay = try arguments.int("delay") ?? 0
        pause = try max(1, arguments.int("sleep") ?? 1)
        message = try arguments.string("msg")
    }

    private static func target(_ arguments: Arguments) throws -> Target {
        let pattern = try arguments.string("search_regex")
        switch (try arguments.int("port"), try arguments.string("path")) {
        case (.some, .some): throw arguments.problem("path", "either a port or a path can be waited for, not both")
        case (let port?, nil):
            if pattern != nil { throw arguments.problem("search_regex", "is supported together with path only") }
            return .port(host: try arguments.string("host") ?? "127.0.0.1", port: port)
        case (nil, let path?): return .path(path, pattern: pattern)
        case (nil, nil): return .time
        }
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(delay))
        if case .time = target {
            try await Task.sleep(for: .seconds(timeout))
            return outcome(since: start)
        }
        while try await isPresent(on: host) != wantsPresence {
            guard ContinuousClock.now - start < .seconds(timeout) else {
                throw ModuleFailure(
                    message ?? "\(wish) did not happen within \(timeout) s", result: result(since: start))
            }
            try await Task.sleep(for: .seconds(pause))
        }
        return outcome(since: start)
    }

    private func isPresent(on host: any ActionHost) async throws -> Bool {
        switch target {
        case .time: return true
        case .port(let address, let port): return try await isListening(address, port, on: host)
        case .path(let path, let pattern):
            let look: Shell = pattern.map { "grep -Eq -e \($0) -- \(path)" } ?? "[ -e \(path) ]"
            return try await host.run([.reads(look)]).first?.succeeded ?? false
        }
    }

    /// A tunnel that the host cannot open means that nobody listens; a lost host is a failure of its own.
    private func isListening(_ address: String, _ port: Int, on host: any ActionHost) async throws -> Bool {
        do {
            _ = try await host.tunnel(to: address, port: port)
            return true
        } catch let error as TransportError {
            if case .lost = error { throw error }
            return false
        }
    }

    private var wish: String {
        switch target {
        case .port(let address, let port): "port \(port) of \(address) to be \(wantsPresence ? "open" : "closed")"
        case .path(let path, _): "\(path) to be \(wantsPresence ? "there" : "gone")"
        case .time: "the wait"
        }
    }

    private func result(since start: ContinuousClock.Instant) -> ValueMap {
        ["elapsed": .int(Int((ContinuousClock.now - start).components.seconds))]
    }

    private func outcome(since start: ContinuousClock.Instant) -> Outcome {
        Outcome(changed: false, result: result(since: start))
    }
}
