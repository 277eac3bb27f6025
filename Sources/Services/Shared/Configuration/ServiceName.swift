/// The gateway and the six services behind it, by the names that configuration, routes and the command line use.
package enum ServiceName: String, CaseIterable, Sendable {
    case gateway
    case user
    case order
    case inventory
    case approval
    case logistics
    case notification

    /// The six that the gateway routes to.
    package static let backends: [ServiceName] = [.user, .order, .inventory, .approval, .logistics, .notification]

    /// The port that the deployment plan gives it.
    package var plannedPort: Int {
        switch self {
        case .gateway: 5000
        case .user: 5001
        case .order: 5002
        case .inventory: 5003
        case .approval: 5004
        case .logistics: 5005
        case .notification: 5006
        }
    }
}
