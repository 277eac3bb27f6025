import OrderedCollections
import YAML

/// What a failover of Redis may have cost. Redis keeps no log from which the writes could be told: only of how many
/// seconds they are.
struct RedisLoss: Hashable, Sendable {
    let dead: String
    let heir: String
    /// Until the dead one took no write any more, since the heir last heard it; nil: nobody knows.
    let seconds: Int?

    init(dead: String, heir: String, seconds: Int?) {
        (self.dead, self.heir, self.seconds) = (dead, heir, seconds)
    }

    /// - Parameters:
    ///   - heard: since when at the earliest the heir has heard nothing of the dead one.
    ///   - fenced: when the dead one surely took no write any more.
    init(dead: String, heir: String, heard: ContinuousClock.Instant?, fenced: ContinuousClock.Instant) {
        self.init(
            dead: dead, heir: heir, seconds: heard.map { Int(((fenced - $0) / .seconds(1)).rounded(.up)) })
    }

    var sentence: String {
        let bound =
            seconds.map { "in the last \($0) s, since \(heir) last heard it" }
            ?? "after \(heir) last heard it, and when that was is not known"
        return
            "writes may be lost: those that \(dead) acknowledged \(bound); Redis keeps no log from which they could be told"
    }

    /// The same for programs.
    var values: ValueMap {
        [
            "loss": (seconds == nil ? LossKnowledge.unknown : .bound).value, "lost": .null,
            "lost_within_seconds": seconds.map { .int($0) } ?? .null,
        ]
    }
}
