/// What one Sentinel says of the primary that it watches.
package struct SentinelReport: Hashable, Sendable {
    /// Whom it takes for the primary.
    package var primary: String
    /// How it sees that server: `master`, `s_down`, `o_down`, `failover_in_progress` …
    package var flags: Set<String>
    /// How many Sentinels have to find the primary dead.
    package var quorum: Int
    /// Sentinels that it knows, itself among them.
    package var known: Int
    /// Copies of the primary that it knows: those that it could make the next one.
    package var replicas: Int
    /// Seconds of silence after which it finds the primary dead.
    package var downAfter: Int
    /// Each failover gives the new primary a higher one.
    package var epoch: Int
    /// Why a failover could not be decided now; nil when it could.
    package var noQuorum: String?

    package var isFailingOver: Bool { flags.contains("failover_in_progress") }
    package var findsItDead: Bool { flags.contains("o_down") }

    package init(
        primary: String, flags: Set<String> = ["master"], quorum: Int = 2, known: Int = 3,
        replicas: Int = 1, downAfter: Int = 5, epoch: Int = 0, noQuorum: String? = nil
    ) {
        self.primary = primary
        self.flags = flags
        self.quorum = quorum
        self.known = known
        self.replicas = replicas
        self.downAfter = downAfter
        self.epoch = epoch
        self.noQuorum = noQuorum
    }

    /// Reads what `redis-cli --no-raw` prints for `SENTINEL MASTER`, `SENTINEL GET-MASTER-ADDR-BY-NAME` and `SENTINEL
    /// CKQUORUM`, one after the other; nil when an answer is missing or is an error.
    package init?(_ lines: [Substring]) {
        let lists = Self.lists(lines)
        guard lists.count >= 2, lists[1].count == 2, let verdict = lines.last(where: { !$0.isEmpty }) else {
            return nil
        }
        let fields = Dictionary(
            stride(from: 0, to: lists[0].count - 1, by: 2).map { (lists[0][$0], lists[0][$0 + 1]) },
            uniquingKeysWith: { $1 })
        guard let flags = fields["flags"], let quorum = fields["quorum"].flatMap({ Int($0) }),
            let others = fields["num-other-sentinels"].flatMap({ Int($0) })
        else { return nil }
        primary = lists[1][0]
        self.flags = Set(flags.split(separator: ",").map(String.init))
        self.quorum = quorum
        known = others + 1
        replicas = fields["num-slaves"].flatMap { Int($0) } ?? 0
        downAfter = max(1, (fields["down-after-milliseconds"].flatMap { Int($0) } ?? 5000) / 1000)
        epoch = fields["config-epoch"].flatMap { Int($0) } ?? 0
        noQuorum = verdict.hasPrefix("OK ") ? nil : String(verdict.trimmingPrefix("(error) "))
    }

    /// `1) "ip"`: a list begins anew at each 1.
    private static func lists(_ lines: [Substring]) -> [[String]] {
        lines.reduce(into: []) { lists, line in
            guard let match = line.wholeMatch(of: /\s*(\d+)\) "(.*)"/) else { return }
            if match.1 == "1" { lists.append([]) }
            guard !lists.isEmpty else { return }
            lists[lists.count - 1].append(String(match.2))
        }
    }
}
