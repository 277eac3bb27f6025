import HTTPTypes
package import Hummingbird

/// `POST /api/<service>/probes {"id": …}` and `GET /api/<service>/probes/<id>`; `?store=redis` chooses Redis.
package struct ProbeRoutes: Sendable {
    private let service: ServiceName
    private let mySQL: any ProbeStore
    private let redis: any ProbeStore

    package init(service: ServiceName, mySQL: any ProbeStore, redis: any ProbeStore) {
        self.service = service
        self.mySQL = mySQL
        self.redis = redis
    }

    struct NewProbe: Decodable {
        let id: String
    }

    struct Probe: ResponseCodable {
        let id: String
        let service: String
        var createdAt: String?
    }

    package func add(to router: Router<ServiceContext>) {
        let probes = router.group("api/\(service.rawValue)/probes")
        probes.post { request, context in try await insert(request, context) }
        probes.get(":id") { request, context in try await find(request, context) }
    }

    /// 201 when this request stored it, 200 when it was stored before: asking twice is harmless.
    private func insert(_ request: Request, _ context: ServiceContext) async throws -> EditedResponse<Probe> {
        let body = try await decoded(request, context)
        guard let id = ProbeID(body.id) else { throw Self.badID }
        let isNew = try await store(for: request).insert(id)
        return EditedResponse(
            status: isNew ? .created : .ok, response: Probe(id: id.text, service: service.rawValue))
    }

    private func find(_ request: Request, _ context: ServiceContext) async throws -> Probe {
        guard let id = ProbeID(context.parameters.get("id") ?? "") else { throw Self.badID }
        guard let createdAt = try await store(for: request).find(id) else {
            throw HTTPError(.notFound, message: "no probe has this id")
        }
        return Probe(id: id.text, service: service.rawValue, createdAt: createdAt)
    }

    private func decoded(_ request: Request, _ context: ServiceContext) async throws -> NewProbe {
        do {
            return try await request.decode(as: NewProbe.self, context: context)
        } catch let error as HTTPError {
            throw HTTPError(error.status, message: #"the body must be JSON like {"id": "a1"}"#)
        }
    }

    private func store(for request: Request) throws -> any ProbeStore {
        switch request.uri.queryParameters.get("store") ?? "mysql" {
        case "mysql": mySQL
        case "redis": redis
        default: throw HTTPError(.badRequest, message: "store must be mysql or redis")
        }
    }

    private static let badID = HTTPError(
        .badRequest, message: "id must be 1 to 64 letters, digits, hyphens, underscores, dots or colons")
}
