import Modules
import Remote

/// Replaces all data of a server by a copy of the primary's, by MySQL's own clone plugin.
struct Cloning: Sendable {
    let fleet: MySQLFleet
    let name: String
    let primary: MySQLSight
    let dialect: MySQLDialect

    private var settings: MySQLSettings { fleet.settings }

    /// - Throws: `ModuleFailure`; the server is then not in service, and the same can be done once more.
    func clone(_ recipient: MySQLReport) async throws {
        guard let donor = primary.report else { return }
        guard recipient.version.canBeCloned(from: donor.version) else {
            throw ModuleFailure(
                """
                \(name) runs MySQL \(recipient.version), \(primary.name) \(donor.version): only servers of one series can \
                be cloned, before 8.0.37 only equal ones; bring \(name) to the same version first
                """)
        }
        let others = try await Self.tablesItLeavesEmpty(on: primary.name, fleet)
        guard others.isEmpty else {
            throw ModuleFailure(
                """
                \(primary.name) has tables that are not InnoDB's, which a clone leaves empty: \(others.joined(separator: ", "))
                say ALTER TABLE … ENGINE=InnoDB there for each of them, or drop it, and do the same once more
                """)
        }
        try await expectRoom(recipient)
        try await installPlugin(on: primary.name)
        let guest = GuestAccount(fleet: fleet, primary: primary.name, guest: name)
        try await guest.during("GRANT BACKUP_ADMIN ON *.*") { try await copy(recipient, $0) }
    }

    /// Clone brings tables of other engines empty.
    /// - Returns: the first few.
    static func tablesItLeavesEmpty(on primary: String, _ fleet: MySQLFleet) async throws -> [String] {
        try await fleet.rows(
            """
            SELECT CONCAT(table_schema,'.',table_name) FROM information_schema.tables \
            WHERE table_type='BASE TABLE' AND engine<>'InnoDB' \
            AND table_schema NOT IN ('mysql','sys','performance_schema','information_schema') LIMIT 5
            """, on: primary
        ).compactMap(\.first)
    }

    /// What the server has now goes before the copy comes, so that its room counts.
    private func expectRoom(_ recipient: MySQLReport) async throws {
        guard let free = recipient.diskFree else { return }
        let (needed, own) = (
            try await fleet.tablespaceBytes(on: primary.name), try await fleet.tablespaceBytes(on: name)
        )
        try CopyRoom(needed: needed, free: free + own).check(on: name, for: primary.name)
    }

    private func installPlugin(on name: String) async throws {
        let plugins = try await fleet.rows(
            "SELECT plugin_name FROM information_schema.plugins WHERE plugin_name='clone'", on: name)
        guard plugins.isEmpty else { return }
        // Neither is written to the binary log.
        try await fleet.make(
            settings.login.change(
                "load the clone plugin", ["SET SESSION sql_log_bin=0", "INSTALL PLUGIN clone SONAME 'mysql_clone.so'"]),
            on: name)
    }

    /// Read-only stays on for everybody but root, so that no client takes it for the primary meanwhile.
    private func copy(_ recipient: MySQLReport, _ login: MySQLLogin) async throws {
        let peer = try settings.peer(primary.name)
        try await fleet.make(
            settings.login.change(
                "make room for the copy",
                [dialect.stopReplica, dialect.resetReplicaAll, "SET GLOBAL super_read_only=OFF"]),
            on: name)
        try await installPlugin(on: name)
        if !recipient.executed.isEmpty { try await becomeAnother() }
        await fleet.desk.progress("\(name) becomes a copy of \(peer.name)")
        let change = settings.login.change(
            "copy all data of \(peer.name)",
            [
                settings.login.authorityFile.map { "SET GLOBAL clone_ssl_ca=\($0)" } ?? "DO 0",
                "SET GLOBAL clone_valid_donor_list=\("\(peer.address):\(peer.port)")",
                """
                CLONE INSTANCE FROM \(login.user ?? "")@\(peer.address):\(peer.port) \
                IDENTIFIED BY \(login.password?.reveal() ?? "") REQUIRE SSL
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
        _ = try await fleet.waitUntil(name, answersWithin: 600)
        try await check()
        try await fleet.restEvents(on: name, dialect)
    }

    /// A copy would number its transactions on from the primary's state, and so give numbers again that what it gives up
    /// has had; the logs of before are kept elsewhere, and nobody could tell which is which. MySQL takes a new uuid when it
    /// starts without the file of the former one, as it does at the end of a clone.
    private func becomeAnother() async throws {
        guard let folder = try await fleet.rows("SELECT @@global.datadir", on: name).first?.first else { return }
        try await fleet.make(
            Change("take a new server uuid", by: .changes("rm -f -- \(folder)/auto.cnf")), on: name)
    }

    private func check() async throws {
        let row =
            try await fleet.rows("SELECT state, error_no, error_message FROM performance_schema.clone_status", on: name)
            .first ?? []
        guard row.count == 3, row[0] == "Completed", row[1] == "0" else {
            throw ModuleFailure("\(name): the copy ended as \(row.joined(separator: " ")); do the same once more")
        }
    }
}

/// Bytes that a copy of a server's data takes, and those that there are for it.
struct CopyRoom: Hashable, Sendable {
    var needed: Int
    var free: Int

    /// - Throws: `ModuleFailure` when it does not fit.
    func check(on name: String, for primary: String) throws {
        guard needed > free else { return }
        throw ModuleFailure(
            """
            \(name) has room for \(free >> 20) MiB of data, \(primary)'s are \(needed >> 20) MiB: nothing was changed
            make room on the file system of \(name)'s data first
            """)
    }
}

extension MySQLFleet {
    /// What the tables of a server take on its disk.
    func tablespaceBytes(on name: String) async throws -> Int {
        let rows = try await rows("SELECT SUM(file_size) FROM information_schema.innodb_tablespaces", on: name)
        return rows.first?.first.flatMap { Int($0) } ?? 0
    }
}
