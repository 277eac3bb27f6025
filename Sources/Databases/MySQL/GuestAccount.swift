import Modules
import Remote

/// An account of the primary that another server copies it with; it exists only as long as that takes. What a run that was
/// killed has left of them goes with the next copy, once it is a day old: by then no copy can need it.
struct GuestAccount: Sendable {
    let fleet: MySQLFleet
    let primary: String
    let guest: String

    private static let user = "intchain_copy"

    /// - Parameter grant: up to its `TO`.
    func during(_ grant: SQL, _ body: (MySQLLogin) async throws -> Void) async throws {
        let settings = fleet.settings
        let account = MySQLAccount(user: Self.user, host: try settings.peer(guest).address)
        // Of this one use: nobody ever has to know it.
        let password = (0..<4).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 36) }.joined()
        try await fleet.make(
            settings.login.change(
                "create the account of the copy",
                try await leftovers().map { "DROP USER IF EXISTS \($0.sql)" } + [
                    "DROP USER IF EXISTS \(account.sql)",
                    "CREATE USER \(account.sql) IDENTIFIED BY \(password) REQUIRE SSL",
                    "\(grant) TO \(account.sql)",
                ]), on: primary)
        var login = settings.login(to: try settings.peer(primary))
        (login.user, login.password) = (Self.user, Secret(password))
        do {
            try await body(login)
        } catch {
            try? await drop(account)
            throw error
        }
        try await drop(account)
    }

    private func leftovers() async throws -> [MySQLAccount] {
        try await fleet.rows(
            """
            SELECT host FROM mysql.user WHERE user=\(Self.user) AND password_last_changed < NOW() - INTERVAL 1 DAY
            """, on: primary
        ).compactMap(\.first).map { MySQLAccount(user: Self.user, host: $0) }
    }

    private func drop(_ account: MySQLAccount) async throws {
        try await fleet.make(
            fleet.settings.login.change("drop the account of the copy", ["DROP USER IF EXISTS \(account.sql)"]),
            on: primary)
    }
}
