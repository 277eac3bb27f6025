import HTTPTypes
package import Hummingbird
import Logging

extension HTTPField.Name {
    /// `X-Request-Id`; a constant of valid characters, so the other branch is never taken.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .from
}

/// Takes the request's `X-Request-Id` or makes one, gives it back with the answer, and writes one log line a request.
package struct RequestIdentity: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.usable(request.headers[.requestID]) ?? Self.fresh()
        context.logger[metadataKey: "request"] = "\(context.requestID)"
        // The server's own number, which no other process knows.
        context.logger[metadataKey: "hb.request.id"] = nil
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        let quiet = request.uri.path == "/health" && response.status.code < 400
        context.logger.log(
            level: quiet ? .debug : .info, "\(request.method) \(request.uri.path)",
            metadata: [
                "status": "\(response.status.code)", "milliseconds": "\((ContinuousClock.now - start).milliseconds)",
            ])
        return response
    }

    /// An id from outside goes into logs and headers: short, and of harmless characters only.
    static func usable(_ id: String?) -> String? {
        guard let id, (1...64).contains(id.utf8.count) else { return nil }
        let isHarmless = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isHarmless ? id : nil
    }

    private static func fresh() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
