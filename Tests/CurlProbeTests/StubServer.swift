import Foundation
import Glibc

/// Answers each request with a fixed text by path, on a loopback port or on one end of a socket pair.
final class StubServer: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { Self.serve(client) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The other end of a new socket pair whose far end is served.
    static func pair() -> Int32 {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        let far = ends[1]
        Thread.detachNewThread { serve(far) }
        return ends[0]
    }

    private static func serve(_ client: Int32) {
        defer { close(client) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let length = head.lowercased().range(of: "content-length: ").flatMap { found in
                    Int(head.lowercased()[found.upperBound...].prefix { $0.isNumber })
                }
                let body = text[end.upperBound...]
                if body.utf8.count >= length ?? 0 { return answer(client, String(head), String(body)) }
            }
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return }
            received += buffer[..<count]
        }
    }

    private static func answer(_ client: Int32, _ head: String, _ body: String) {
        let path = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let content: String
        var status = "200 OK"
        switch path {
        case "/silent":
            sleep(3)
            return
        case "/down": (status, content) = ("503 Service Unavailable", "mysql is down")
        case "/big": content = String(repeating: "x", count: 100_000)
        case "/moved":
            send(client, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        case "/echo": content = head + "\n--\n" + body
        default: content = "hello"
        }
        let size = content.utf8.count
        send(
            client,
            "HTTP/1.1 \(status)\r\nX-Kind: stub \r\nContent-Length: \(size)\r\nConnection: close\r\n\r\n\(content)")
    }

    private static func send(_ client: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
