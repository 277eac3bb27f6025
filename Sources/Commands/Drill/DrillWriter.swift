import Health
import Synchronization

/// A client that stores rows with ids of their own through the public address, from before a fault until after it.
final class DrillWriter: Sendable {
    struct Write: Hashable, Sendable {
        var id: String
        var began: ContinuousClock.Instant
        var ended: ContinuousClock.Instant
        /// 201: stored by this very request.
        var isAcknowledged: Bool
    }

    let run = "drill-" + String(UInt64.random(in: 1 << 50 ... .max), radix: 36)
    private let address: String
    private let http: any HTTPProbe
    private let state = Mutex((writes: [Write](), isOver: false))

    init(address: String, http: any HTTPProbe) {
        self.address = address
        self.http = http
    }

    var writes: [Write] { state.withLock { $0.writes } }

    func stop() { state.withLock { $0.isOver = true } }

    /// Writes until it is stopped, some thirty rows a second.
    func write() async {
        while !state.withLock({ $0.isOver }), !Task.isCancelled {
            await writeOne()
            try? await Task.sleep(for: .milliseconds(25))
        }
    }

    @discardableResult
    func writeOne() async -> Bool {
        let number = state.withLock { $0.writes.count }
        let (id, began) = ("\(run)-\(number)", ContinuousClock.now)
        let request = HTTPRequest(
            url: "https://\(address)/api/user/probes?store=mysql", method: "POST",
            headers: ["Content-Type": "application/json"], body: Array(#"{"id": "\#(id)"}"#.utf8),
            verifyCertificate: false)
        let isAcknowledged = (try? await http.send(request, through: nil))?.status == 201
        state.withLock {
            $0.writes.append(Write(id: id, began: began, ended: .now, isAcknowledged: isAcknowledged))
        }
        return isAcknowledged
    }
}
