/// Consignments on their way to the shops.
struct LogisticsService: BackendService {
    static let name = ServiceName.logistics
}
