import Foundation
import Health
import Synchronization
import Testing

/// What clients wrote while something went wrong: each write has an id of its own, and those that were acknowledged are
/// noted in a file at once. Afterwards every acknowledged id has to be found, and none that nobody sent.
final class WriteHistory: Sendable {
    enum Store: String, Sendable { case mysql, redis }

    let run = "history-" + UUID().uuidString.prefix(8).lowercased()
    let store: Store
    private let file: FileHandle
    private let path: String
    private let state = Mutex(State())

    private struct State {
        var isOver = false
        var attempted: Set<String> = []
        /// Id → when it was acknowledged.
        var times: [String: Moment] = [:]
        /// When the clients were told to end.
        var end: ContinuousClock.Instant?
    }

    /// By a clock that never jumps, and by the one that the servers of a lab share with us.
    private struct Moment {
        let instant = ContinuousClock.now
        let date = Date.now
    }

    init(_ store: Store = .mysql) throws {
        self.store = store
        path = FileManager.default.temporaryDirectory.appending(path: run).path
        try Data().write(to: URL(filePath: path))
        file = try #require(FileHandle(forWritingAtPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes while the work is done, and until the writes have come back.
    func during<Result>(
        writers: Int = 4, backWithin limit: Duration = .seconds(30), _ work: () async throws -> Result
    ) async throws -> Result {
        let site = try await PublicSite()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers { group.addTask { await self.write(writer, to: site) } }
            try await Task.sleep(for: .seconds(1))
            defer { state.withLock { ($0.isOver, $0.end) = (true, .now) } }
            let result = try await work()
            // The last gap must be seen to its end.
            let resumed = acknowledged.count
            let isBack = try await eventually(within: limit) { self.acknowledged.count > resumed + 20 }
            #expect(isBack != nil, "writes did not come back: \(acknowledged.count - resumed) in \(limit)")
            return result
        }
    }

    private func write(_ writer: Int, to site: PublicSite) async {
        var number = 0
        while !state.withLock(\.isOver) {
            number += 1
            let id = "\(run)-\(writer)-\(number)"
            _ = state.withLock { $0.attempted.insert(id) }
            guard let reply = try? await site.write(id, store: store.rawValue), reply.status == 201 else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            // One write: a line is whole or not there.
            try? file.write(contentsOf: Data((id + "\n").utf8))
            state.withLock { $0.times[id] = Moment() }
        }
    }

    var acknowledged: Set<String> {
        Set((try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? [])
    }

    /// The longest time without an acknowledged write, up to the end.
    var longestGap: Duration { longestPause.map { $1 - $0 } ?? .zero }

    private var longestPause: (ContinuousClock.Instant, ContinuousClock.Instant)? {
        let (times, end) = state.withLock { state in (state.times.values.map(\.instant).sorted(), state.end) }
        guard let last = times.last else { return nil }
        // A write that was under way at the end is acknowledged after it.
        let ends = times.dropFirst() + [max(last, end ?? last)]
        return zip(times, ends).max { $0.1 - $0.0 < $1.1 - $1.0 }
    }

    /// How long after a moment the longest pause was over; nil when it was over before. A write that was under way at the
    /// moment may be acknowledged after it.
    func isBack(after moment: ContinuousClock.Instant) -> Duration? {
        longestPause.flatMap { $1 > moment ? $1 - moment : nil }
    }

    /// When an id was acknowledged; nil when it never was.
    func acknowledged(_ id: String) -> Date? { state.withLock { $0.times[id]?.date } }

    /// What a server that takes writes has of them.
    /// - Parameter socket: of another MySQL than the host's own.
    func found(on host: String, socket: String? = nil) async throws -> Set<String> {
        let client = socket.map { "mysql --no-defaults -S \($0)" } ?? "mysql"
        let text =
            switch store {
            case .mysql:
                try await TestLab.run(
                    host, "\(client) -N -e \"SELECT id FROM intchain.user_probes WHERE id LIKE '\(run)-%'\"")
            case .redis: try await TestLab.run(host, Redis.command("--scan --pattern '*\(run)-*' --count 10000"))
            }
        return Set(text.split(separator: "\n").compactMap { $0.split(separator: ":").last.map(String.init) })
    }

    /// - Returns: the acknowledged ids that are gone.
    @discardableResult
    func expectNoPhantom(on host: String) async throws -> Set<String> {
        let found = try await found(on: host)
        let attempted = state.withLock(\.attempted)
        #expect(found.subtracting(attempted).isEmpty, "rows that nobody sent")
        #expect(acknowledged.count > 50, "the clients were hardly there: \(acknowledged.count) acknowledged writes")
        return acknowledged.subtracting(found)
    }
}
