/// One question to a service: is its health address answering well?
package struct HealthCheck: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// `http://address:port/path` as seen from a host, asked through its tunnel.
        case inside(address: String, port: Int, path: String)
        /// A whole URL, asked from the operator's machine.
        case direct(url: String)
    }

    /// What reports call it: `gateway`, `user` …
    package var name: String
    package var target: Target
    /// The status codes that mean healthy.
    package var statuses: ClosedRange<Int>
    package var verifyCertificate: Bool
    package var authorityFile: String?
    /// `host:port:address` triples for a direct URL, as curl's --resolve.
    package var resolve: [String]
    /// The release that is to answer, where the answer names one (`"release"` in a JSON object).
    package var release: String?

    package init(
        name: String, target: Target, statuses: ClosedRange<Int> = 200...299, verifyCertificate: Bool = true,
        authorityFile: String? = nil, resolve: [String] = [], release: String? = nil
    ) {
        self.name = name
        self.target = target
        self.statuses = statuses
        self.verifyCertificate = verifyCertificate
        self.authorityFile = authorityFile
        self.resolve = resolve
        self.release = release
    }

    package var url: String {
        switch target {
        case .inside(let address, let port, let path):
            "http://\(address.contains(":") ? "[\(address)]" : address):\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
        case .direct(let url): url
        }
    }

    func request(timeout: Duration) -> HTTPRequest {
        HTTPRequest(
            url: url, timeout: timeout, verifyCertificate: verifyCertificate, authorityFile: authorityFile,
            resolve: resolve)
    }
}

/// How often to ask, and when to believe the answer.
package struct HealthPolicy: Hashable, Sendable {
    /// Good answers in a row that make a check pass.
    package var consecutive: Int
    /// Pause between two questions.
    package var interval: Duration
    /// Time for the whole check; zero asks once (or `consecutive` times as long as the answers are good).
    package var deadline: Duration
    /// Time for one answer.
    package var requestTimeout: Duration

    package init(
        consecutive: Int = 3, interval: Duration = .seconds(1), deadline: Duration = .seconds(60),
        requestTimeout: Duration = .seconds(5)
    ) {
        self.consecutive = max(1, consecutive)
        self.interval = interval
        self.deadline = deadline
        self.requestTimeout = requestTimeout
    }

    /// One look, no patience: what `intchainctl health` shows.
    package static let once = HealthPolicy(consecutive: 1, deadline: .zero)
}
