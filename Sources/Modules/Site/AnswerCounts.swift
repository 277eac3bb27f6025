/// What servers answered to requests: how many, how many with an error of the server's, and how fast.
struct AnswerCounts: Hashable, Sendable {
    /// How many answers took so many milliseconds.
    private var byLatency: [Int: Int] = [:]
    private(set) var failed = 0

    var total: Int { byLatency.values.reduce(0, +) }

    var failedPercent: Double { total == 0 ? 0 : Double(failed) * 100 / Double(total) }

    mutating func add(_ count: Int, milliseconds: Int, areFailures: Bool) {
        byLatency[milliseconds, default: 0] += count
        if areFailures { failed += count }
    }

    mutating func add(_ other: AnswerCounts) {
        byLatency.merge(other.byLatency, uniquingKeysWith: +)
        failed += other.failed
    }

    /// The time within which 95 of 100 answers came, by the nearest rank; nil of none.
    var p95: Int? {
        let rank = (total * 95 + 99) / 100
        var seen = 0
        return byLatency.sorted { $0.key < $1.key }.first { _, count in
            seen += count
            return seen >= rank
        }?.key
    }
}

extension AnswerCounts: CustomStringConvertible {
    /// `312 requests, 2 failed, p95 14 ms`.
    var description: String {
        "\(total) \(total == 1 ? "request" : "requests"), \(failed) failed" + (p95.map { ", p95 \($0) ms" } ?? "")
    }
}

/// What is too bad to go on with.
struct AnswerLimits: Hashable, Sendable {
    var failedPercent: Double
    var p95: Int
    /// Of fewer requests nothing is said.
    var least: Int

    /// What was exceeded, as a sentence's part; nil when nothing was, or too few requests came.
    func breach(_ counts: AnswerCounts) -> String? {
        guard counts.total >= least, counts.total > 0 else { return nil }
        if counts.failedPercent > failedPercent {
            let share = (counts.failedPercent * 10).rounded() / 10
            return "\(counts.failed) of \(counts.total) requests failed (\(share) %, allowed are \(failedPercent) %)"
        }
        guard let p95 = counts.p95, p95 > self.p95 else { return nil }
        return "p95 is \(p95) ms of \(counts.total) requests (allowed are \(self.p95) ms)"
    }
}
