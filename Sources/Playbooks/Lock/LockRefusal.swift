package import Remote

/// Why a run may not change a host: another run has the site's lock.
package struct LockRefusal: Error, Hashable, Sendable {
    package var host: String
    package var verdict: LockVerdict

    package init(host: String, verdict: LockVerdict) {
        self.host = host
        self.verdict = verdict
    }
}

extension LockRefusal: CustomStringConvertible {
    package var description: String {
        let holder = verdict.sighting.record?.sentence ?? "nobody"
        switch verdict.kind {
        case .held: return "\(host): the site is locked by \(holder)\n  \(wayOut)"
        case .lost:
            let now = verdict.sighting.record == nil ? "nobody holds it now" : "it is held by \(holder)"
            return "\(host): this run has lost the site's lock, and \(now)\n  nothing more was changed; run it again"
        case .stale, .broken:
            return
                "\(host): the site's lock cannot be written\n  look for space in /run, and for who owns /run/intchain-site.lock"
        }
    }

    private var wayOut: String {
        let record = verdict.sighting.record
        if record?.message != nil { return "when that is over: intchainctl lock release" }
        let age = verdict.sighting.age ?? 0
        guard age >= SiteLock.Terms().deadAfter else {
            return "wait for it with --lock-wait 10m, or look again with: intchainctl lock status"
        }
        return "its heartbeat stopped \(age) s ago: if that run is gone, take the lock with --take-over"
    }
}

/// What was seen of a host was seen before another run's changes: nothing was changed, and it is to be looked at again.
struct StaleLook: Error {}
