import BlockingIO
package import Health
package import Remote

/// Asks over HTTP with libcurl: each request on a thread of its own, with its deadline in curl's own options.
package struct CurlProbe: HTTPProbe {
    private let bodyLimit: Int

    /// - Parameter bodyLimit: bytes of an answer's body that are taken; a longer one is an error.
    package init(bodyLimit: Int = 1 << 20) {
        self.bodyLimit = bodyLimit
    }

    package func send(_ request: HTTPRequest, through tunnel: TunnelSocket?) async throws -> HTTPReply {
        guard let tunnel else { return try await exchange(request, through: nil) }
        let relay = try Relay(to: tunnel, url: request.url)
        async let copying: Void = RelayLine().run(relay)
        let reply = await Result { try await exchange(request, through: relay) }
        relay.finish()
        await copying
        return try reply.get()
    }

    private func exchange(_ request: HTTPRequest, through relay: Relay?) async throws -> HTTPReply {
        let line = RequestLine(bodyLimit: bodyLimit)
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await line.send(request, through: relay, cancellation: cancellation)
        } onCancel: {
            cancellation.cancel()
        }
    }
}

/// The thread of one request.
private actor RequestLine {
    private let executor = BlockingExecutor(label: "curl")
    private let bodyLimit: Int

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }

    func send(
        _ request: HTTPRequest, through relay: Relay?, cancellation: Cancellation
    ) throws(HTTPError) -> HTTPReply {
        let exchange = Exchange(relay: relay, bodyLimit: bodyLimit, cancellation: cancellation)
        return try EasyHandle(for: request).perform(request, exchange)
    }
}

/// The thread of one request's relay.
private actor RelayLine {
    private let executor = BlockingExecutor(label: "curl relay")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func run(_ relay: Relay) { relay.run() }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
