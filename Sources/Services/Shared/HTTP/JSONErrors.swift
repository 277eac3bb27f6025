import HTTPTypes
package import Hummingbird
import Logging
import MariaDB
import NIOHTTP1

/// Makes `{"error":{"message":…}}` of whatever a route throws, with the status that fits.
package struct JSONErrors: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            let message = error.body ?? error.status.reasonPhrase.lowercased()
            return try HTTPError(error.status, headers: error.headers, message: message)
                .response(from: request, context: context)
        } catch let error as HTTPParserError {
            // The server itself answers what isn't HTTP, and closes.
            throw error
        } catch {
            let failure = Self.failure(for: error)
            context.logger.error("\(request.method) \(request.uri.path) failed", metadata: ["reason": "\(error)"])
            return try failure.response(from: request, context: context)
        }
    }

    /// What a client may know of an error; the rest is for the log.
    static func failure(for error: any Error) -> HTTPError {
        switch error {
        case is NoWritableServer:
            HTTPError(.serviceUnavailable, headers: [.retryAfter: "1"], message: "the database takes no writes now")
        case let DatabaseUnavailable.indeterminate(error):
            HTTPError(
                .serviceUnavailable,
                message: "it is not known whether the row was committed (error \(error.code)); ask again by its id")
        case RedisError.lost:
            HTTPError(.serviceUnavailable, message: "it is not known whether the value was stored; ask again by its id")
        case is DatabaseUnavailable, is RedisError:
            HTTPError(.serviceUnavailable, headers: [.retryAfter: "1"], message: "the database can't be used now")
        default:
            HTTPError(.internalServerError, message: "internal error")
        }
    }
}
