import YAML

/// What a drill showed.
struct DrillReport: Sendable {
    var name: String
    var host: String
    /// From the fault until a command told that something is wrong; nil: none did.
    var detected: Duration?
    var sign: [String]
    /// From the fault to the first acknowledged write after the last failed one; nil: no write failed.
    var restored: Duration?
    /// The longest time between two acknowledged writes.
    var longestGap: Duration
    var acknowledged: Int
    var failed: Int
    /// Acknowledged, and not there afterwards.
    var lost: [String]
    /// Every command of the plan succeeded.
    var isPlanDone: Bool
    var isWholeAgain: Bool

    init(
        _ name: String, on host: String, sign: [String], writes: [DrillWriter.Write], fault: ContinuousClock.Instant,
        found: Set<String>
    ) {
        self.name = name
        self.host = host
        self.sign = sign
        let good = writes.filter(\.isAcknowledged)
        acknowledged = good.count
        failed = writes.count - good.count
        lost = good.map(\.id).filter { !found.contains($0) }
        longestGap = zip(good, good.dropFirst()).map { $1.ended - $0.ended }.max() ?? .zero
        if let last = writes.last(where: { !$0.isAcknowledged && $0.ended > fault }) {
            restored = good.first { $0.began >= last.ended }.map { $0.ended - fault }
        }
        isPlanDone = false
        isWholeAgain = false
    }

    /// The plan's aim was reached, whatever was lost.
    var isGood: Bool { detected != nil && isPlanDone && isWholeAgain }

    var lines: [String] {
        let again = restored.map { "\($0.asSeconds), longest gap \(longestGap.asSeconds)" }
        return [
            "drill \(name) on \(host)",
            "  detected after          \(detected?.asSeconds ?? "never") (intchainctl \(sign.joined(separator: " ")))",
            "  service restored after  \(again ?? "no write failed, longest gap \(longestGap.asSeconds)")",
            "  writes lost             \(lost.count) of \(acknowledged) acknowledged; \(failed) were refused meanwhile",
            "  the plan                \(isPlanDone ? "done" : "FAILED")",
            "  the site                \(isWholeAgain ? "whole again" : "NOT WHOLE: intchainctl doctor")",
        ]
    }

    var value: Value {
        [
            "drill": .string(name), "host": .string(host), "detected_seconds": detected?.value ?? .null,
            "restored_seconds": restored?.value ?? .null, "longest_gap_seconds": longestGap.value,
            "acknowledged": .int(acknowledged), "refused": .int(failed), "lost": .list(lost.map(Value.string)),
            "plan_done": .bool(isPlanDone), "whole_again": .bool(isWholeAgain),
        ]
    }
}

extension Duration {
    private var milliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }
    fileprivate var asSeconds: String {
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
    fileprivate var value: Value { .float(Double(milliseconds) / 1000) }
}
