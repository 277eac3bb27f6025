/// Users, their roles and how they sign in.
struct UserService: BackendService {
    static let name = ServiceName.user
}
