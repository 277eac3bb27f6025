/// Stock of paper and printed tickets.
struct InventoryService: BackendService {
    static let name = ServiceName.inventory
}
