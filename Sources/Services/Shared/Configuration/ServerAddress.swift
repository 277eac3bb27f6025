/// Where a MySQL or Redis server listens: `host`, `host:port` or `[v6]:port`.
package struct ServerAddress: Hashable, Sendable {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nil when the text is none of the three forms or the port is not 1…65535.
    package init?(_ text: String, defaultPort: UInt16) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            self.init(
                host: String(text[text.index(after: text.startIndex)..<end]), rest: text[text.index(after: end)...],
                defaultPort: defaultPort)
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            self.init(host: String(text[..<end]), rest: text[end...], defaultPort: defaultPort)
        }
    }

    private init?(host: String, rest: Substring, defaultPort: UInt16) {
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        if rest.isEmpty {
            self.init(host: host, port: defaultPort)
        } else {
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
            self.init(host: host, port: port)
        }
    }
}

extension ServerAddress: CustomStringConvertible {
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
