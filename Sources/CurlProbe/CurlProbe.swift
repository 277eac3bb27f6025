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
        let line = Line(bodyLimit: bodyLimit)
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await line.send(request, through: tunnel, cancellation: cancellation)
        } onCancel: {
            cancellation.cancel()
        }
    }
}

/// The thread of one request.
private actor Line {
    private let executor = BlockingExecutor(label: "curl")
    private let bodyLimit: Int

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }

    func send(
        _ request: HTTPRequest, through tunnel: TunnelSocket?, cancellation: Cancellation
    ) throws(HTTPError) -> HTTPReply {
        let exchange = Exchange(tunnel: tunnel, bodyLimit: bodyLimit, cancellation: cancellation)
        return try EasyHandle(for: request).perform(request, exchange)
    }
}
