import Modules
import Remote

/// Fills an empty server with a dump of the primary, where it can't be cloned: databases, then accounts, and the
/// transactions' ids at the very end. Cut off before that the server still counts as empty, and is filled anew.
struct Dumping: Sendable {
    let fleet: MySQLFleet
    let name: String
    let primary: String

    private static let system: SQL = "('mysql','sys','performance_schema','information_schema')"
    /// Those that each server makes for itself.
    private static let own: SQL =
        "('root','mysql.sys','mysql.session','mysql.infoschema','debian-sys-maint','intchain_copy')"

    /// - Parameter free: bytes there are for it, where they are known.
    /// - Throws: `ModuleFailure`; the server still counts as empty then.
    func fill(free: Int?) async throws {
        if let free {
            try CopyRoom(needed: try await fleet.tablespaceBytes(on: primary), free: free).check(on: name, for: primary)
        }
        let schemas = try await fleet.rows(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN \(Self.system)", on: primary)
        await fleet.desk.progress("\(name) is filled with a dump of \(primary)")
        let guest = GuestAccount(fleet: fleet, primary: primary, guest: name)
        try await guest.during(
            """
            GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS, RELOAD, REPLICATION CLIENT, SHOW_ROUTINE ON *.*
            """
        ) { login in
            _ = try await fleet.make(change(from: login, schemas.compactMap(\.first)), on: name)
        }
    }

    private func change(from login: MySQLLogin, _ schemas: [String]) -> Change {
        let here = fleet.settings.login.client(optionFile: "\"$in1\"")
        let there: Shell = "\(login.client(optionFile: "\"$in2\"")) --raw"
        return Change(
            "load a dump of \(primary)",
            by: .changes(
                """
                set -e
                work=$(mktemp -d)
                trap 'rm -rf "$work"; \(here) -e "SET GLOBAL super_read_only=ON"' EXIT
                \(here) -e 'SET GLOBAL super_read_only=OFF'
                { mysqldump --defaults-file="$in2" --single-transaction --set-gtid-purged=ON --routines --events --triggers \
                --hex-blob --add-drop-database --databases \(schemas) 2>"$work/errors" || echo failed >"$work/mark"; } |
                awk '/^SET @@GLOBAL.GTID_PURGED/ { late = 1 } late { held = held $0 "\\n"; if (/;$/) late = 0; next } \
                { print } END { printf "%s", held >file }' file="$work/gtids" | \(here) --binary-mode
                [ ! -f "$work/mark" ] || { cat "$work/errors" >&2; exit 1; }
                \(there) -e \(accountsQuestion) >"$work/accounts"
                { echo 'SET SESSION sql_log_bin=0;'
                \(Self.accounts(from: there))
                cat "$work/gtids"; } >"$work/rest"
                \(here) <"$work/rest"
                """, inputs: [fleet.settings.login.optionFile, login.optionFile], timeout: .seconds(86400)))
    }

    /// Statements that make the accounts of `$work/accounts` as they are there. None is passed over: behind a pipe the
    /// status of a question that failed would be lost.
    static func accounts(from there: Shell) -> Shell {
        """
        while IFS= read -r account; do
        echo "DROP USER IF EXISTS $account;"
        \(there) -e "SET SESSION print_identified_with_as_hex=ON; SHOW CREATE USER $account; SHOW GRANTS FOR $account" \
        </dev/null >"$work/account"
        sed 's/$/;/' "$work/account"
        done <"$work/accounts"
        """
    }

    private var accountsQuestion: String {
        let statement: SQL = "SELECT CONCAT(QUOTE(user),'@',QUOTE(host)) FROM mysql.user WHERE user NOT IN \(Self.own)"
        return statement.text
    }
}
