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
        case path(String)
        case text(FileSearch)
        case time
    }

    let target: Target
    /// True: wait until it is there; false: until it is gone.
    let wantsPresence: Bool
    let timeout: Int
    let delay: Int
    let pause: Int
    let connectTimeout: Int
    let message: String?
    /// What `register` gets of the arguments.
    private let shown: ValueMap

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        target = try Self.target(arguments)
        let state = try arguments.string("state") ?? "started"
        wantsPresence = state == "started" || state == "present"
        timeout = try arguments.seconds("timeout") ?? 300
        delay = try arguments.seconds("delay") ?? 0
        pause = try max(1, arguments.seconds("sleep") ?? 1)
        connectTimeout = try max(1, arguments.seconds("connect_timeout") ?? 5)
        message = try arguments.string("msg")
        var shown: ValueMap = [
            "port": try arguments.int("port").map { .int($0) } ?? .null,
            "path": try arguments.string("path").map { .string($0) } ?? .null,
            "search_regex": try arguments.string("search_regex").map { .string($0) } ?? .null,
        ]
        // Of a path Ansible's `state` says what kind of file it is.
        if !arguments.has("path") { shown["state"] = .string(state) }
        self.shown = shown
    }

    private static func target(_ arguments: Arguments) throws -> Target {
        let pattern = try arguments.string("search_regex")
        switch (try arguments.int("port"), try arguments.string("path")) {
        case (.some, .some): throw arguments.problem("path", "either a port or a path can be waited for, not both")
        case (let port?, nil):
            if pattern != nil { throw arguments.problem("search_regex", "is supported together with path only") }
            return .port(host: try arguments.string("host") ?? "127.0.0.1", port: port)
        case (nil, let path?): return try pattern.map { .text(try search($0, in: path, arguments)) } ?? .path(path)
        case (nil, nil): return .time
        }
    }

    private static func search(_ pattern: String, in path: String, _ arguments: Arguments) throws -> FileSearch {
        do { _ = try FileSearch.regex(pattern) } catch {
            throw arguments.problem("search_regex", "'\(pattern)' is no regular expression")
        }
        return FileSearch(pattern, in: path)
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(delay))
        if case .time = target {
            try await Task.sleep(for: .seconds(timeout))
            return outcome(since: start, [])
        }
        var target = target
        while true {
            let found = try await Self.look(for: &target, on: host, connectTimeout: connectTimeout)
            if (found != nil) == wantsPresence { return outcome(since: start, found ?? []) }
            guard ContinuousClock.now - start < .seconds(timeout) else {
                throw ModuleFailure(
                    message ?? "\(wish) did not happen within \(timeout) s", result: Self.elapsed(since: start))
            }
            try await Task.sleep(for: .seconds(pause))
        }
    }

    /// The groups of what was found, none where nothing was looked for in it; nil while it is not there.
    private static func look(
        for target: inout Target, on host: any ActionHost, connectTimeout: Int
    ) async throws -> [LineGroup]? {
        switch target {
        case .time: return []
        case .port(let address, let port):
            return try await isListening(address, port, on: host, within: connectTimeout) ? [] : nil
        case .path(let path): return try await host.run([.reads("[ -e \(path) ]")]).first?.succeeded == true ? [] : nil
        case .text(var search):
            defer { target = .text(search) }
            return try await search.match(on: host)
        }
    }

    /// A tunnel that the host cannot open means that nobody listens; a lost host is a failure of its own.
    private static func isListening(
        _ address: String, _ port: Int, on host: any ActionHost, within seconds: Int
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await host.tunnel(to: address, port: port)
                    return true
                } catch let error as TransportError {
                    if case .lost = error { throw error }
                    return false
                }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }

    private var wish: String {
        switch target {
        case .port(let address, let port): "port \(port) of \(address) to be \(wantsPresence ? "open" : "closed")"
        case .path(let path): "\(path) to be \(wantsPresence ? "there" : "gone")"
        case .text(let search): "'\(search.pattern)' to be \(wantsPresence ? "" : "no more ")in \(search.path)"
        case .time: "the wait"
        }
    }

    private static func elapsed(since start: ContinuousClock.Instant) -> ValueMap {
        ["elapsed": .int(Int((ContinuousClock.now - start).components.seconds))]
    }

    /// - Parameter match: the whole match and its groups.
    private func outcome(since start: ContinuousClock.Instant, _ match: [LineGroup]) -> Outcome {
        var result = shown.merging(Self.elapsed(since: start)) { _, new in new }
        let groups = match.dropFirst().map { (name: $0.name, text: $0.text.map { Value.string($0) } ?? .null) }
        result["match_groups"] = .list(groups.map(\.text))
        let named = groups.compactMap { group in group.name.map { (Value.string($0), group.text) } }
        result["match_groupdict"] = .map(ValueMap(uniqueKeysWithValues: named))
        return Outcome(changed: false, result: result)
    }
}
