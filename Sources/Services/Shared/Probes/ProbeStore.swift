/// Keeps the rows that prove what a rollout or failover did to acknowledged writes.
package protocol ProbeStore: Sendable {
    /// Stores an id; false when it was there already. Returns only after the server has committed it.
    func insert(_ id: ProbeID) async throws -> Bool

    /// When the id was stored, in the store's own words; nil when it is not there.
    func find(_ id: ProbeID) async throws -> String?
}

/// 1…64 letters, digits, `-`, `_`, `.` or `:`.
package struct ProbeID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let allowed: Set<Character> = ["-", "_", ".", ":"]
        guard (1...64).contains(text.utf8.count),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) })
        else { return nil }
        self.text = text
    }
}
