import Foundation
import Glibc

/// A way to a port of this machine that is slow enough for each side's words to travel together, and counts how often
/// the client speaks after the server has: a round trip each time. Sendable without a check: the lock guards the count.
final class CountingLink: @unchecked Sendable {
    private enum Side { case client, server }

    /// A round trip takes twice as long, in microseconds.
    private static let oneWay: UInt32 = 20_000

    let port: Int
    private let listener: Listener
    private let lock = NSLock()
    private var turns = 0
    private var speaker = Side.server

    /// - Parameter target: the port that is reached by the link's own.
    init(to target: Int) throws {
        listener = try Listener()
        port = listener.port
        Thread.detachNewThread { [self] in
            while case let client = accept(listener.descriptor, nil, nil), client >= 0 { carry(client, to: target) }
        }
    }

    /// Takes no more connections.
    func close() { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    var roundTrips: Int { lock.withLock { turns } }

    private func carry(_ client: Int32, to target: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Listener.address(port: target)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, size) }
        }
        guard code == 0 else {
            Glibc.close(client)
            Glibc.close(server)
            return
        }
        Thread.detachNewThread { [self] in relay(from: client, to: server, .client) }
        Thread.detachNewThread { [self] in relay(from: server, to: client, .server) }
    }

    /// What comes while some bytes are on their way goes together after them.
    private func relay(from source: Int32, to target: Int32, _ side: Side) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            usleep(Self.oneWay)
            lock.withLock {
                if side == .client, speaker == .server { turns += 1 }
                speaker = side
            }
            guard send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(target, Int32(SHUT_WR))
    }
}
