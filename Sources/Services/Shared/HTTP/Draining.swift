import HTTPTypes
package import Hummingbird
import Synchronization

/// Whether the process has been told to stop; from then on every answer closes its connection.
package final class Draining: Sendable {
    private let begun = Atomic<Bool>(false)

    package init() {}

    package var isOn: Bool { begun.load(ordering: .acquiring) }

    package func begin() { begun.store(true, ordering: .releasing) }
}

/// Adds `Connection: close` while the process drains, so that clients bring their next request to another server.
package struct CloseWhenDraining: RouterMiddleware {
    private let draining: Draining

    package init(_ draining: Draining) {
        self.draining = draining
    }

    package func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if draining.isOn { response.headers[.connection] = "close" }
        return response
    }
}
