import CLibCurl
import Health

/// Owner of one curl easy handle and of the header and name lists given to it.
final class EasyHandle {
    private let handle: UnsafeMutableRawPointer
    private let url: String
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    private static let globalCode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init(for request: HTTPRequest) throws(HTTPError) {
        url = request.url
        guard Self.globalCode == CURLE_OK, let handle = curl_easy_init() else {
            throw HTTPError(url: request.url, reason: "libcurl cannot be started")
        }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
    }

    func perform(_ request: HTTPRequest, _ exchange: Exchange) throws(HTTPError) -> HTTPReply {
        try configure(for: request)
        try attach(exchange)
        if exchange.relay != nil { try speakThroughTunnel() }
        let start = ContinuousClock.now
        let code = withExtendedLifetime(exchange) { curl_easy_perform(handle) }
        if exchange.overflowed {
            throw HTTPError(url: url, reason: "the answer is longer than \(exchange.bodyLimit) bytes")
        }
        if exchange.cancellation.isCancelled { throw HTTPError(url: url, reason: "cancelled") }
        try check(code)
        var status = 0
        try check(curlprobe_get_number(handle, CURLINFO_RESPONSE_CODE, &status))
        return HTTPReply(
            status: status, headers: exchange.headers, body: exchange.body, latency: ContinuousClock.now - start)
    }

    /// Turns curl's code into a sentence.
    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code != CURLE_OK else { return }
        throw HTTPError(url: url, reason: Self.sentence(String(cString: curl_easy_strerror(code))))
    }

    private static func sentence(_ message: String) -> String {
        message.prefix(1).lowercased() + message.dropFirst()
    }
}

extension EasyHandle {
    func set(_ option: CURLoption, _ text: String) throws(HTTPError) {
        try check(curlprobe_set_text(handle, option, text))
    }

    func set(_ option: CURLoption, _ number: Int) throws(HTTPError) {
        try check(curlprobe_set_number(handle, option, number))
    }

    func set(_ option: CURLoption, _ flag: Bool) throws(HTTPError) {
        try set(option, flag ? 1 : 0)
    }

    /// A list of lines; curl does not copy it, so the handle keeps it.
    func set(_ option: CURLoption, _ lines: [String]) throws(HTTPError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        try check(curlprobe_set_list(handle, option, list))
    }

    /// The request's body, copied by curl; the size goes first, since the bytes may hold zeros. The bytes' address is
    /// never nil: curl would then read a body from standard input.
    func setBody(_ body: [UInt8]) throws(HTTPError) {
        try check(curlprobe_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        var bytes = body.isEmpty ? [0] : body
        try check(
            bytes.withUnsafeMutableBytes { buffer in
                curlprobe_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, buffer.baseAddress)
            })
    }

    /// Tells curl where answers go. The exchange must outlive the transfer.
    private func attach(_ exchange: Exchange) throws(HTTPError) {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        let contexts = [
            CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA,
        ]
        for option in contexts { try check(curlprobe_set_pointer(handle, option, context)) }
        try check(curlprobe_set_body_callback(handle, Callbacks.body))
        try check(curlprobe_set_header_callback(handle, Callbacks.header))
        try check(curlprobe_set_progress_callback(handle, Callbacks.progress))
        try set(CURLOPT_NOPROGRESS, false)
    }

    /// Makes curl connect to the relay. No name is looked up: the host's end of the tunnel knows where it leads, and
    /// the URL's name is still what Host and the certificate are about.
    private func speakThroughTunnel() throws(HTTPError) {
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_CONNECT_TO, ["::127.0.0.1:"])
        try check(curlprobe_set_open_callback(handle, Callbacks.open))
    }
}
