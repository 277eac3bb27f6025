/// What a check came to: its last answer, and whether enough good ones came in a row.
package struct HealthResult: Hashable, Sendable {
    package var check: HealthCheck
    package var isHealthy: Bool
    /// nil when nothing answered.
    package var status: Int?
    package var latency: Duration?
    /// Questions that were asked.
    package var attempts: Int
    /// Why there was no answer.
    package var error: String?
    /// The release that answered in the place of the wanted one.
    package var otherRelease: String?
    /// The first lines of the last answer's body.
    package var excerpt: String

    package init(
        check: HealthCheck, isHealthy: Bool, status: Int? = nil, latency: Duration? = nil, attempts: Int,
        error: String? = nil, otherRelease: String? = nil, excerpt: String = ""
    ) {
        self.check = check
        self.isHealthy = isHealthy
        self.status = status
        self.latency = latency
        self.attempts = attempts
        self.error = error
        self.otherRelease = otherRelease
        self.excerpt = excerpt
    }
}

extension HealthResult: CustomStringConvertible {
    /// `gateway: 503 after 12 ms: {"status":"unhealthy"}`.
    package var description: String {
        guard let status else { return "\(check.name): no answer: \(error ?? "unknown reason")" }
        let time = latency.map { " after \($0.inMilliseconds) ms" } ?? ""
        if let otherRelease {
            return "\(check.name): release \(otherRelease) answers, not \(check.release ?? "the wanted one")"
        }
        let body = isHealthy || excerpt.isEmpty ? "" : ": \(excerpt)"
        return "\(check.name): \(status)\(time)\(body)"
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var inMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
