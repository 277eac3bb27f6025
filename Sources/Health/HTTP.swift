package import Remote

/// An HTTP request of a health check or a `uri` task.
package struct HTTPRequest: Hashable, Sendable {
    package var url: String
    package var method: String
    package var headers: [String: String]
    package var body: [UInt8]?
    /// For the whole exchange.
    package var timeout: Duration
    package var followRedirects: Bool
    package var verifyCertificate: Bool
    /// PEM file of the authority to trust besides the system's.
    package var authorityFile: String?
    /// `host:port:address` triples that override name resolution, as curl's --resolve.
    package var resolve: [String]

    package init(
        url: String, method: String = "GET", headers: [String: String] = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(5), followRedirects: Bool = false, verifyCertificate: Bool = true,
        authorityFile: String? = nil, resolve: [String] = []
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.followRedirects = followRedirects
        self.verifyCertificate = verifyCertificate
        self.authorityFile = authorityFile
        self.resolve = resolve
    }
}

package struct HTTPReply: Hashable, Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var latency: Duration

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8], latency: Duration) {
        self.status = status
        self.headers = headers
        self.body = body
        self.latency = latency
    }

    package static func == (left: HTTPReply, right: HTTPReply) -> Bool {
        left.status == right.status && left.body == right.body && left.latency == right.latency
            && left.headers.map(\.name) == right.headers.map(\.name)
            && left.headers.map(\.value) == right.headers.map(\.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(status)
        hasher.combine(body)
    }
}

/// Asks over HTTP, directly or through a tunnel.
package protocol HTTPProbe: Sendable {
    /// - Parameter tunnel: the connected socket to speak over; nil opens a connection of its own.
    /// - Throws: `HTTPError`.
    func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply
}

/// Why there was no HTTP answer.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
    package var url: String
    package var reason: String

    package init(url: String, reason: String) {
        self.url = url
        self.reason = reason
    }

    package var description: String { "\(url): \(reason)" }
}
