import HTTPTypes
import NIOHTTP1

/// Headers on their way through the gateway.
enum ForwardedHeaders {
    /// Those that belong to one connection only (RFC 9110 §7.6.1), and the body's framing, which each side makes anew.
    private static let connectionOnly: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The request's headers for a service: who asked, how and for which host travels in `X-Forwarded-*`.
    static func toService(_ request: HTTPRequest, peer: String?, requestID: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        let dropped = dropped(named: request.headerFields[.connection])
        for field in request.headerFields where !dropped.contains(field.name.canonicalName) {
            headers.add(name: field.name.rawName, value: field.value)
        }
        headers.remove(name: "content-length")
        let chain = headers["x-forwarded-for"] + (peer.map { [$0] } ?? [])
        if !chain.isEmpty { headers.replaceOrAdd(name: "X-Forwarded-For", value: chain.joined(separator: ", ")) }
        if !headers.contains(name: "x-forwarded-proto") { headers.add(name: "X-Forwarded-Proto", value: "http") }
        if let host = request.authority, !headers.contains(name: "x-forwarded-host") {
            headers.add(name: "X-Forwarded-Host", value: host)
        }
        headers.replaceOrAdd(name: "X-Request-Id", value: requestID)
        return headers
    }

    /// A service's headers for the client.
    static func toClient(_ headers: HTTPHeaders) -> HTTPFields {
        var fields = HTTPFields()
        let dropped = dropped(named: headers["connection"].joined(separator: ","))
        for (name, value) in headers where !dropped.contains(name.lowercased()) {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    private static func dropped(named connection: String?) -> Set<String> {
        let named = (connection ?? "").split(separator: ",").map { name in
            name.lowercased().filter { !$0.isWhitespace }
        }
        return connectionOnly.union(named)
    }
}
