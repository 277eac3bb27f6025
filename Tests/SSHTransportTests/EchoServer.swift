import Foundation
import Glibc

/// Sends back what each connection sends, until its end.
struct EchoServer {
    let port: Int

    init() throws {
        let listener = try Listener()
        port = listener.port
        Thread.detachNewThread {
            while true {
                let connection = accept(listener.descriptor, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.echo(connection) }
            }
        }
    }

    private static func echo(_ connection: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            guard write(buffer[..<count], to: connection) else { break }
        }
        close(connection)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Sends so many bytes, ends, and reads until the end: whether the same came back.
    static func exchange(_ count: Int, on descriptor: Int32) -> Bool {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13 >> 5) }
        Thread.detachNewThread {
            _ = write(bytes[...], to: descriptor)
            shutdown(descriptor, Int32(SHUT_WR))
        }
        // A reader that is late fills every buffer on the way.
        usleep(300_000)
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { received += buffer[..<count] }
        return received == bytes
    }
}
