/// Orders of lottery tickets to be printed, and where each stands.
struct OrderService: BackendService {
    static let name = ServiceName.order
}
