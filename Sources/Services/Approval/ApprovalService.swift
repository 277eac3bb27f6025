/// Who has to agree to an order, and who has.
struct ApprovalService: BackendService {
    static let name = ServiceName.approval
}
