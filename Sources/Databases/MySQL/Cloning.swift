import Modules
import Remote

/// Replaces all data of a server by a copy of the primary's, by MySQL's own clone plugin.
struct Cloning: Sendable {
    let run: RejoinRun
    let scripts: SwitchScripts

    private var fleet: MySQLFleet { run.fleet }
    private var settings: MySQLSettings { fleet.settings }
    private var name: String { run.module.name }
    private static let user = "intchain_clone"

    /// - Throws: `ModuleFailure`; the server is then not in service, and the same can be done once more.
    func clone(_ recipient: MySQLReport) async throws {
        guard let donor = run.primary.report else { return }
        guard donor.version.numbers.prefix(2) == recipient.version.numbers.prefix(2) else {
            throw ModuleFailure(
                """
                \(name) runs MySQL \(recipient.version), \(run.primary.name) \(donor.version): only servers of one series can \
                be cloned; bring \(name) to the same version first
                """)
        }
        let address = try settings.peer(name).address
        let account = MySQLAccount(user: Self.user, host: address)
        // Of this one use: nobody ever has to know it.
        let password = (0..<4).map { _ in String(UInt64.random(in: 1 << 60 ... .max), radix: 36) }.joined()
        try await installPlugin(on: run.primary.name)
        try await fleet.make(
            settings.login.change(
                "create the account of the copy",
                [
                    "DROP USER IF EXISTS \(account.sql)",
                    "CREATE USER \(account.sql) IDENTIFIED BY \(password) REQUIRE SSL",
                    "GRANT BACKUP_ADMIN ON *.* TO \(account.sql)",
                ]), on: run.primary.name)
        do {
            try await copy(password)
        } catch {
            try? await dropAccount(account)
            throw error
        }
        try await dropAccount(account)
    }

    private func dropAccount(_ account: MySQLAccount) async throws {
        try await fleet.make(
            settings.login.change("drop the account of the copy", ["DROP USER IF EXISTS \(account.sql)"]),
            on: run.primary.name)
    }

    private func installPlugin(on name: String) async throws {
        let probe = SQLProbe(
            "SELECT plugin_name FROM information_schema.plugins WHERE plugin_name='clone'", as: settings.login)
        let reply = try await fleet.run(
            .reads(SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(20)), on: name
        )
        guard try SQLProbe.parse(reply, for: [probe])[0].get().isEmpty else { return }
        // Neither is written to the binary log.
        try await fleet.make(
            settings.login.change(
                "load the clone plugin", ["SET SESSION sql_log_bin=0", "INSTALL PLUGIN clone SONAME 'mysql_clone.so'"]),
            on: name)
    }

    /// Read-only stays on for everybody but root, so that no client takes it for the primary meanwhile.
    private func copy(_ password: String) async throws {
        let peer = try settings.peer(run.primary.name)
        try await fleet.make(
            settings.login.change(
                "make room for the copy",
                [scripts.dialect.stopReplica, scripts.dialect.resetReplicaAll, "SET GLOBAL super_read_only=OFF"]),
            on: name)
        try await installPlugin(on: name)
        await fleet.desk.progress("\(name) becomes a copy of \(peer.name)")
        let change = settings.login.change(
            "copy all data of \(peer.name)",
            [
                "SET GLOBAL clone_valid_donor_list=\("\(peer.address):\(peer.port)")",
                """
                CLONE INSTANCE FROM \(Self.user)@\(peer.address):\(peer.port) IDENTIFIED BY \(password) REQUIRE SSL
                """,
            ])
        let reply = try await fleet.run(change.fragment, on: name)
        let text = reply.errors + reply.output
        // The server restarts at the end, so its client never hears that it is done: 3707, or the line goes dead.
        let isRestart = ["ERROR 3707", "ERROR 2013", "ERROR 2006"].contains { text.contains($0) }
        guard reply.succeeded || isRestart else {
            _ = try? await fleet.make(
                settings.login.change("take no writes", ["SET GLOBAL super_read_only=ON"]), on: name)
            throw ModuleFailure("\(name): \(change.failure(reply))\nits data may be gone; do the same once more")
        }
        if text.contains("ERROR 3707") {
            try await fleet.run(
                .changes(
                    "systemctl start --no-block mysql.service 2>/dev/null || systemctl start --no-block mysqld.service"),
                on: name)
        }
        _ = try await run.waitUntilItAnswers(600)
        try await check()
    }

    private func check() async throws {
        let probe = SQLProbe(
            "SELECT state, error_no, error_message FROM performance_schema.clone_status", as: settings.login)
        let reply = try await fleet.run(
            .reads(SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(20)), on: name
        )
        let row = try SQLProbe.parse(reply, for: [probe])[0].get().first ?? []
        guard row.count == 3, row[0] == "Completed", row[1] == "0" else {
            throw ModuleFailure("\(name): the copy ended as \(row.joined(separator: " ")); do the same once more")
        }
    }
}
