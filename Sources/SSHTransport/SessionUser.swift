import Glibc

/// Something that uses a channel of a session: it is asked to go on whenever the session has moved.
protocol SessionUser: AnyObject {
    /// Does what can be done now.
    ///
    /// - Returns: whether anything was done.
    func advance() throws(LibSSHError) -> Bool
    /// The session is gone, or the user is not wanted any more.
    func end(_ error: any Error)
    /// It may be forgotten.
    var isOver: Bool { get }
    /// A descriptor of its own to wait for.
    var interest: pollfd? { get }
}

extension SessionUser {
    var interest: pollfd? { nil }
}

/// Bytes on their way out, in order.
struct SendQueue {
    private var chunks: [[UInt8]] = []
    private var offset = 0

    /// How many bytes have not gone yet.
    private(set) var count = 0

    var isEmpty: Bool { chunks.isEmpty }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        chunks.append(bytes)
        count += bytes.count
    }

    /// Sends as much as the channel takes now; true when anything went.
    mutating func send(on channel: Channel) throws(LibSSHError) -> Bool {
        var hasSent = false
        while let chunk = chunks.first, channel.isWritable {
            let sent = try channel.write(chunk[offset...])
            guard sent > 0 else { break }
            hasSent = true
            offset += sent
            count -= sent
            if offset == chunk.count {
                chunks.removeFirst()
                offset = 0
            }
        }
        return hasSent
    }
}
