import AsyncHTTPClient
import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Sends `/api/<service>/…` to that service, both bodies as streams.
struct ForwardingRoutes: Sendable {
    let client: HTTPClient
    let settings: Settings

    func add(to router: Router<ServiceContext>) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        for method in methods {
            router.on("api/:service/**", method: method) { request, context in
                try await forward(request, context)
            }
        }
    }

    private func forward(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard let service = context.parameters.get("service").flatMap(ServiceName.init(rawValue:)), service != .gateway
        else { throw HTTPError(.notFound, message: "no such service") }
        do {
            let answer = try await send(outgoing(request, context, to: service), isRepeatable: isRepeatable(request))
            return Response(
                status: .init(code: Int(answer.status.code), reasonPhrase: answer.status.reasonPhrase),
                headers: ForwardedHeaders.toClient(answer.headers), body: ResponseBody(asyncSequence: answer.body))
        } catch {
            context.logger.error(
                "cannot reach the \(service.rawValue) service",
                metadata: ["reason": "\(error)", "upstream": "\(settings.upstream(of: service))"])
            throw Self.failure(for: error, service: service)
        }
    }

    private func outgoing(_ request: Request, _ context: ServiceContext, to service: ServiceName) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: settings.upstream(of: service) + request.uri.string)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = ForwardedHeaders.toService(
            request.head, peer: context.peer, requestID: context.requestID)
        if let length = request.headers[.contentLength].flatMap(Int64.init) {
            if length > 0 { outgoing.body = .stream(request.body, length: .known(length)) }
        } else if request.headers[.transferEncoding] != nil {
            outgoing.body = .stream(request.body, length: .unknown)
        }
        return outgoing
    }

    /// Waits a restart out: while nobody listens nothing was sent, so trying again is safe, and no client notices.
    private func send(_ request: HTTPClientRequest, isRepeatable: Bool) async throws -> HTTPClientResponse {
        let end = ContinuousClock.now + settings.gateway.connectTimeout
        while true {
            do {
                return try await sendOnce(request, isRepeatable: isRepeatable)
            } catch let error as IOError where error.errnoCode == ECONNREFUSED {
                guard ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// A kept connection may be closed by the service just as a request goes out on it. Reading again is harmless.
    private func sendOnce(_ request: HTTPClientRequest, isRepeatable: Bool) async throws -> HTTPClientResponse {
        let timeout = TimeAmount(settings.gateway.timeout)
        do {
            return try await client.execute(request, timeout: timeout)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && isRepeatable {
            return try await client.execute(request, timeout: timeout)
        }
    }

    private func isRepeatable(_ request: Request) -> Bool {
        (request.method == .get || request.method == .head)
            && request.headers[.contentLength] == nil && request.headers[.transferEncoding] == nil
    }

    static func failure(for error: any Error, service: ServiceName) -> HTTPError {
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            HTTPError(.gatewayTimeout, message: "the \(service.rawValue) service did not answer in time")
        case .remoteConnectionClosed:
            HTTPError(.badGateway, message: "the \(service.rawValue) service closed the connection without an answer")
        case .invalidURL:
            HTTPError(.badRequest, message: "the address can't be used")
        default:
            HTTPError(.badGateway, message: "the \(service.rawValue) service can't be reached")
        }
    }
}
