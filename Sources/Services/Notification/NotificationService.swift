/// Messages to the people an order concerns.
struct NotificationService: BackendService {
    static let name = ServiceName.notification
}
