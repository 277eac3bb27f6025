package import Hummingbird

/// One of the six services behind the gateway: its name, and the routes that its business needs.
package protocol BackendService: Sendable {
    static var name: ServiceName { get }

    /// Adds what lies under `/api/<service>/`.
    func addRoutes(to router: Router<ServiceContext>, database: WritableDatabase, redis: RedisClient)
}

extension BackendService {
    /// So far a service has only what all have: health and probes.
    package func addRoutes(to router: Router<ServiceContext>, database: WritableDatabase, redis: RedisClient) {}
}

extension ServiceName {
    /// The service of this name; nil for the gateway.
    package var backend: (any BackendService)? {
        switch self {
        case .gateway: nil
        case .user: UserService()
        case .order: OrderService()
        case .inventory: InventoryService()
        case .approval: ApprovalService()
        case .logistics: LogisticsService()
        case .notification: NotificationService()
        }
    }
}
