/// When to say something on a silent connection: so that routers remember it, and the kernel finds out when its peer
/// does not acknowledge (`TCP_USER_TIMEOUT`).
struct Keepalive {
    static let interval = Duration.seconds(15)

    private var last = ContinuousClock.now

    mutating func spoken() { last = .now }

    var due: ContinuousClock.Instant { last + Self.interval }
}
