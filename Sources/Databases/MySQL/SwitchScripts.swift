import Modules
import Remote

/// The shell and SQL with which the writes move. Each does its part whole, or leaves it to be done again.
struct SwitchScripts: Sendable {
    let settings: MySQLSettings
    let dialect: MySQLDialect

    private var member: MySQLMemberScripts {
        MySQLMemberScripts(login: settings.login, epochFile: settings.epochFile, patience: 10)
    }

    private var client: Shell { "\(settings.login.client(optionFile: "\"$in1\"")) --raw" }

    /// The primary stops taking writes and remembers its successor, so that no restart opens it again; prints all that
    /// it has executed.
    func close(_ epoch: Epoch) -> Change {
        Change(
            "stop taking writes",
            by: .changes(
                "set -e\n\(client) <\"$in2\"\n\(member.write(epoch))",
                inputs: input([
                    "SET SESSION lock_wait_timeout=2", "SET GLOBAL super_read_only=ON",
                    "SELECT @@global.gtid_executed",
                ]), timeout: .seconds(20)))
    }

    /// Undoes `close`.
    func reopen(_ epoch: Epoch?) -> Change {
        Change(
            "take writes again",
            by: .changes(
                "set -e\n\(epoch.map(member.write) ?? ":")\n\(client) <\"$in2\"",
                inputs: input(["SET GLOBAL super_read_only=OFF", "SET GLOBAL read_only=OFF"]), timeout: .seconds(20)))
    }

    /// Undoes what `open` has done before the server took writes: it follows its source, and names the primary, as before.
    func withdraw(_ epoch: Epoch?) -> Change {
        Change(
            "replicate again",
            by: .changes(
                """
                ( set -e
                \(epoch.map(member.write) ?? "rm -f -- \(settings.epochFile)") )
                recorded=$?
                \(client) <"$in2" || { echo "it could not be started" >&2; exit 1; }
                [ "$recorded" = 0 ] || { echo \(settings.epochFile) "still names this server as the primary" >&2; exit 1; }
                """,
                inputs: input(["SET GLOBAL super_read_only=ON", dialect.startReplica]), timeout: .seconds(20)))
    }

    /// Status of `open` when the transactions did not come in time: nothing was changed then.
    static let late: Int32 = 3

    /// The successor waits for the last transactions, then takes writes.
    /// - Parameter semisync: its commits would wait for a replica, which it has not yet.
    func open(_ epoch: Epoch, having executed: GTIDSet, within seconds: Int, semisync: Bool) -> Change {
        Change(
            "take writes",
            by: .changes(
                """
                set -e
                late=$(\(client) <"$in2")
                [ "$late" = 0 ] || { echo "the last transactions were not applied within \(seconds) s" >&2; exit \(Int(Self.late)); }
                \(member.write(epoch))
                \(client) <"$in3"
                """,
                inputs: input(
                    ["SELECT WAIT_FOR_EXECUTED_GTID_SET(\(executed.description),\(seconds))"],
                    [
                        dialect.stopReplica, semisync ? "SET GLOBAL \(dialect.semisyncSource)=OFF" : "DO 0",
                        "SET GLOBAL super_read_only=OFF", "SET GLOBAL read_only=OFF", dialect.resetReplicaAll,
                    ]), timeout: .seconds(seconds + 30)))
    }

    /// Waits, while writes go on, until a replica has what its source has now.
    func wait(for executed: GTIDSet, within seconds: Int) -> Fragment {
        .reads(
            "\(client) <\"$in2\"",
            inputs: input(["SELECT WAIT_FOR_EXECUTED_GTID_SET(\(executed.description),\(seconds))"]),
            timeout: .seconds(seconds + 5))
    }

    /// Commits wait for a replica again, now that there is one.
    var waitForReplicas: Change {
        settings.login.change("wait for replicas again", ["SET GLOBAL \(dialect.semisyncSource)=ON"])
    }

    /// Ends what clients still hold open at a server that takes no writes any more: their pools have to connect anew.
    var sendClientsAway: Change {
        let question: SQL = """
            SELECT CONCAT('KILL ',id,';') FROM performance_schema.processlist WHERE id<>CONNECTION_ID() \
            AND command NOT IN ('Daemon','Binlog Dump','Binlog Dump GTID') \
            AND user NOT IN ('root','system user','event_scheduler',\(settings.account.user))
            """
        return Change(
            "end the clients' connections",
            by: .changes(
                "set -e\n\(client) <\"$in2\" | \(client) --force 2>/dev/null || :", inputs: input([question]),
                timeout: .seconds(10)))
    }

    /// Applies salvaged transactions while nobody but root may write.
    func apply(_ file: String) -> Fragment {
        .changes(
            """
            set -e
            \(client) <"$in2"
            \(client) --binary-mode <\(file) || { \(client) <"$in3"; exit 1; }
            \(client) <"$in3"
            """,
            inputs: input(
                ["SET GLOBAL read_only=ON", "SET GLOBAL super_read_only=OFF"], ["SET GLOBAL super_read_only=ON"]))
    }

    /// A server replicates from the new primary, if it has nothing that the new primary lacks.
    /// - Parameter semisync: the plugin is loaded; its applier must not wait for a replica of its own.
    func follow(_ source: SitePeer, _ epoch: Epoch, semisync: Bool) -> Change {
        member.follow(
            "replicate from \(source.name)", (name: source.name, login: settings.login(to: source)), epoch,
            [
                "SET GLOBAL super_read_only=ON", semisync ? "SET GLOBAL \(dialect.semisyncSource)=OFF" : "DO 0",
                dialect.stopReplica, settings.source(source).change(dialect),
                dialect.startReplica,
            ])
    }

    /// One input a script, after the login's.
    private func input(_ scripts: [SQL]...) -> [[UInt8]] {
        [settings.login.optionFile]
            + scripts.map { statements in
                Array((SQL.preamble + statements.map { $0.text + ";" }).joined(separator: "\n").utf8)
            }
    }
}
