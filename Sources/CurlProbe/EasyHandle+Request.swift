import CLibCurl
import Health

extension EasyHandle {
    /// Sets everything that the request itself asks for.
    func configure(for request: HTTPRequest) throws(HTTPError) {
        try set(CURLOPT_NOSIGNAL, true)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        try set(CURLOPT_CONNECTTIMEOUT_MS, request.timeout.milliseconds)
        try set(CURLOPT_FOLLOWLOCATION, request.followRedirects)
        try set(CURLOPT_MAXREDIRS, 10)
        try set(CURLOPT_RESOLVE, request.resolve)
        try set(CURLOPT_USERAGENT, "intchainctl")
        try setMethod(of: request)
        try setHeaders(of: request)
        try setTrust(of: request)
    }

    private func setMethod(of request: HTTPRequest) throws(HTTPError) {
        let body = request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil)
        if let body { try setBody(body) }
        switch (request.method, body) {
        case ("GET", nil): break
        case ("HEAD", nil): try set(CURLOPT_NOBODY, true)
        default: try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    /// A header without a value is written `name;` for curl; an empty `Expect:` keeps it from waiting for a 100.
    private func setHeaders(of request: HTTPRequest) throws(HTTPError) {
        let lines = request.headers.sorted { $0.key < $1.key }
            .map { $0.value.isEmpty ? "\($0.key);" : "\($0.key): \($0.value)" }
        try set(CURLOPT_HTTPHEADER, ["Expect:"] + lines)
    }

    private func setTrust(of request: HTTPRequest) throws(HTTPError) {
        if let file = request.authorityFile { try set(CURLOPT_CAINFO, file) }
        guard !request.verifyCertificate else { return }
        try set(CURLOPT_SSL_VERIFYPEER, 0)
        try set(CURLOPT_SSL_VERIFYHOST, 0)
    }
}

extension Duration {
    /// Whole milliseconds, at least one: zero would mean "no limit" to curl.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
