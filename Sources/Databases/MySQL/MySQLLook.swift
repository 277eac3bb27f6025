import Modules
import Remote

/// What a database server is asked to know its place: all of it in one run of the client, one round trip.
struct MySQLLook: Hashable, Sendable {
    let login: MySQLLogin
    let epochFile: String

    private static let version: SQL = "SELECT VERSION(), @@version_comment"

    private static let server: SQL = """
        SELECT @@server_uuid, @@global.read_only, @@global.super_read_only, @@global.gtid_mode, @@global.log_bin, \
        @@global.gtid_executed, @@global.gtid_purged
        """

    /// One row, or none when it replicates from nobody. Its source is heard by heartbeats while that is idle, and by
    /// transactions while it is not: when one came says that the source lives, when it was committed there says up to
    /// where all is here, however late it came.
    private static let channel: SQL = """
        SELECT c.host, c.port, COALESCE(s.service_state,'OFF'), COALESCE(a.service_state,'OFF'), \
        COALESCE(s.last_error_message,''), \
        COALESCE((SELECT MAX(w.last_error_message) FROM performance_schema.replication_applier_status_by_worker w \
        WHERE w.channel_name=''),''), COALESCE(s.received_transaction_set,''), \
        TIMESTAMPDIFF(MICROSECOND,GREATEST(s.last_heartbeat_timestamp,\
        s.last_queued_transaction_end_queue_timestamp),NOW(6)), \
        (SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND,w.applying_transaction_original_commit_timestamp,NOW(6))),0) \
        FROM performance_schema.replication_applier_status_by_worker w \
        WHERE w.channel_name='' AND w.applying_transaction<>''), \
        TIMESTAMPDIFF(MICROSECOND,GREATEST(s.last_heartbeat_timestamp,\
        s.last_queued_transaction_immediate_commit_timestamp),NOW(6)), \
        DATE_FORMAT(CONVERT_TZ(GREATEST(s.last_heartbeat_timestamp,\
        s.last_queued_transaction_immediate_commit_timestamp),@@session.time_zone,'+00:00'),'%Y-%m-%dT%H:%i:%s.%fZ') \
        FROM performance_schema.replication_connection_configuration c \
        LEFT JOIN performance_schema.replication_connection_status s USING(channel_name) \
        LEFT JOIN performance_schema.replication_applier_status a USING(channel_name) \
        WHERE c.channel_name='' AND c.host<>''
        """

    /// By table, because a removed variable is an error when it is named. Two questions, because a UNION needs a file
    /// where the disk may be full.
    private static let semisync: [SQL] = [
        """
        SELECT variable_name, variable_value FROM performance_schema.global_variables \
        WHERE variable_name LIKE 'rpl\\_semi\\_sync\\_%'
        """,
        """
        SELECT variable_name, variable_value FROM performance_schema.global_status \
        WHERE variable_name LIKE 'Rpl\\_semi\\_sync\\_%'
        """,
    ]

    private static let statements = [version, server, channel] + semisync
    private var probes: [SQLProbe] { Self.statements.map { SQLProbe($0, as: login) } }

    var fragments: [Fragment] {
        [
            .reads(
                SQLProbe.shell(for: probes), inputs: SQLProbe.inputs(for: probes),
                timeout: .seconds(login.connectTimeout + (login.connectTimeout + 1) / 2)),
            .reads(
                """
                cat -- \(epochFile) 2>/dev/null; echo; df -P -B1 /var/lib/mysql 2>/dev/null | tail -n 1
                \(Self.binlogs)
                """, timeout: .seconds(5)),
        ]
    }

    /// How many there are, and their bytes. The server itself does not tell while a commit waits for room on the disk.
    private static let binlogs: Shell = """
        cd /var/lib/mysql 2>/dev/null && stat -L -c %s -- $(cat "$(\(BinaryLogs.index))" 2>/dev/null) 2>/dev/null |
        awk '{ files++; bytes += $1 } END { print "binlogs", files + 0, bytes + 0 }'
        """

    /// What came back of `fragments`.
    func sight(_ name: String, address: String, _ replies: [Reply]) -> MySQLSight {
        var sight = MySQLSight(name: name, address: address)
        let rest = replies.dropFirst().first?.output ?? ""
        sight.epoch = Epoch(parsing: rest)
        do {
            guard let reply = replies.first, reply.status != 124 else {
                throw ModuleFailure("MySQL did not answer in time")
            }
            var report = try Self.report(SQLProbe.parse(reply, for: probes))
            Self.add(rest, to: &report)
            sight.report = report
        } catch {
            sight.silence = "\(error)"
        }
        return sight
    }

    /// - Parameter text: a line of `df`, and one of ours.
    private static func add(_ text: String, to report: inout MySQLReport) {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        if let logs = lines.last(where: { $0.first == "binlogs" })?.compactMap({ Int($0) }), logs.count == 2 {
            (report.binlogFiles, report.binlogBytes) = (logs[0], logs[1])
        }
        // Size, used, available.
        let disk = lines.last { $0.count == 6 && $0[5].hasPrefix("/") }?.compactMap { Int($0) } ?? []
        if disk.count >= 3 { (report.diskSize, report.diskFree) = (disk[0], disk[2]) }
    }

    /// - Throws: `ModuleFailure` for a server that does not answer, or is none of ours.
    static func report(_ answers: [SQLAnswer]) throws -> MySQLReport {
        guard answers.count == statements.count else { throw ModuleFailure("mysql: an answer is missing") }
        let version = try MySQLServer.version(of: answers[0])
        guard let server = try answers[1].get().first, server.count == 7, let executed = GTIDSet(server[5]),
            let purged = GTIDSet(server[6])
        else { throw ModuleFailure("mysql: the server's answer cannot be read") }
        return MySQLReport(
            version: version, uuid: server[0], isReadOnly: server[1] == "1", isSuperReadOnly: server[2] == "1",
            hasGTIDs: server[3] == "ON", hasBinaryLog: server[4] == "1", executed: executed, purged: purged,
            channel: try answers[2].get().first.flatMap(channel),
            semisync: semisync(try answers[3].get() + answers[4].get()), binlogFiles: 0, binlogBytes: 0)
    }

    private static func channel(_ row: [String]) -> MySQLReport.Channel? {
        guard row.count == 11 else { return nil }
        return MySQLReport.Channel(
            address: row[0], port: Int(row[1]) ?? 3306, receiver: row[2], applier: row[3],
            errors: [row[4], row[5]].filter { !$0.isEmpty }, received: GTIDSet(row[6]) ?? GTIDSet(),
            silence: Int(row[7]).map { Double($0) / 1e6 },
            lag: row[3] == "ON" ? Int(row[8]).map { Double($0) / 1e6 } : nil,
            horizon: Int(row[9]).map { MySQLReport.Horizon(moment: row[10], age: Double($0) / 1e6) })
    }

    /// The old names say master, the new ones source. nil without the plugin.
    private static func semisync(_ rows: [[String]]) -> MySQLReport.Semisync? {
        let values = Dictionary(
            rows.filter { $0.count == 2 }.map { ($0[0].lowercased().replacing("_master_", with: "_source_"), $0[1]) },
            uniquingKeysWith: { $1 })
        guard let wanted = values["rpl_semi_sync_source_enabled"] else { return nil }
        return MySQLReport.Semisync(
            isWanted: wanted == "ON", isOn: values["rpl_semi_sync_source_status"] == "ON",
            replicas: values["rpl_semi_sync_source_clients"].flatMap { Int($0) } ?? 0,
            timeout: values["rpl_semi_sync_source_timeout"].flatMap { Int($0) } ?? 0)
    }
}
