/// What one request's callbacks collect; used on the request's thread only.
final class Exchange {
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private(set) var overflowed = false
    let relay: Relay?
    let bodyLimit: Int
    let cancellation: Cancellation
    private var relayIsTaken = false

    init(relay: Relay?, bodyLimit: Int, cancellation: Cancellation) {
        self.relay = relay
        self.bodyLimit = bodyLimit
        self.cancellation = cancellation
    }

    /// True when the bytes were taken; false ends the transfer.
    func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= bodyLimit else {
            overflowed = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// One header line; a status line starts anew, since an interim answer or a redirect came before it.
    func take(header line: String) {
        if line.hasPrefix("HTTP/") {
            headers = []
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...]
        headers.append((name: String(line[..<colon]).lowercased(), value: Self.trim(value)))
    }

    /// The way through the tunnel, the first time only.
    func takeRelay() -> Relay? {
        guard !relayIsTaken else { return nil }
        relayIsTaken = true
        return relay
    }

    private static func trim(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
