package import Remote

/// The changes that give a server its place. Each checks again on the host what must hold, since time has passed.
package struct MySQLMemberScripts {
    let login: MySQLLogin
    let epochFile: String
    /// Seconds to wait for peers to answer.
    let patience: Int

    package init(login: MySQLLogin, epochFile: String, patience: Int) {
        self.login = login
        self.epochFile = epochFile
        self.patience = patience
    }

    /// Writes the epoch file by one rename.
    func record(_ epoch: Epoch) -> Change {
        Change(
            "record \(epoch.primary) as primary of epoch \(epoch.number)",
            diff: TextDiff(name: epochFile, before: nil, after: epoch.text), by: .changes("set -e\n\(write(epoch))"))
    }

    /// The text that writes it.
    package func write(_ epoch: Epoch) -> Shell {
        let folder = epochFile.split(separator: "/").dropLast().joined(separator: "/")
        return """
            mkdir -p \("/" + folder); printf %s \(epoch.text) >\(epochFile + ".new")
            chmod 0644 \(epochFile + ".new"); mv -f \(epochFile + ".new") \(epochFile)
            """
    }

    /// Opens the first primary, once every peer has shown that it is no part of a site yet.
    func birth(_ epoch: Epoch, _ peers: [(name: String, login: MySQLLogin)], account: [SQL]) -> Change {
        let checks = peers.enumerated().map { index, peer -> Shell in
            wait(
                for: peer.name, asking: "SELECT CONCAT(@@global.read_only,'/',@@global.gtid_executed)",
                input: index + 3,
                peer.login,
                cases: """
                    1/|*'ERROR 1045 '*|*'ERROR 1130 '*) break;;
                    [01]/*) echo \("\(peer.name) takes writes or holds data already") >&2; exit 3;;
                    """)
        }
        let script = sql(["SET GLOBAL super_read_only=OFF", "SET GLOBAL read_only=OFF"] + account)
        return Change(
            "open for writes as the site's first primary",
            by: .changes(
                "set -e\n\(Shell.lines(checks))\n\(write(epoch))\n\(here) <\"$in2\"",
                inputs: [login.optionFile, script] + peers.map(\.login.optionFile)))
    }

    /// Opens a primary that has restarted, if every peer answers, takes no writes and has nothing that this one lacks.
    func reopen(_ peers: [(name: String, login: MySQLLogin)]) -> Change {
        let checks = peers.enumerated().map { index, peer -> Shell in
            let wait = wait(
                for: peer.name,
                asking: "SELECT CONCAT(@@global.read_only,'/',REPLACE(@@global.gtid_executed,'\\n',''))",
                input: index + 3, peer.login,
                cases: """
                    1/*) break;;
                    0/*) echo \("\(peer.name) takes writes: it is the primary now") >&2; exit 3;;
                    *'ERROR 1045 '*|*'ERROR 1130 '*)
                    echo \("\(peer.name) refuses the replication account, so it may be taking writes") >&2; exit 3;;
                    """)
            return """
                \(wait)
                more=$(\(here) -e "SELECT GTID_SUBTRACT('${state#1/}',@@global.gtid_executed)")
                [ -z "$more" ] || { echo \(peer.name) "holds transactions that this server lacks: $more" >&2; exit 3; }
                """
        }
        let script = sql(["SET GLOBAL super_read_only=OFF", "SET GLOBAL read_only=OFF"])
        return Change(
            "open for writes again after a restart",
            by: .changes(
                """
                set -e
                \(Shell.lines(checks))
                # The second is its name before MySQL 8.0.26.
                \(here) -e 'SET GLOBAL rpl_semi_sync_source_enabled=ON' 2>/dev/null ||
                \(here) -e 'SET GLOBAL rpl_semi_sync_master_enabled=ON' 2>/dev/null || :
                \(here) <"$in2"
                """,
                inputs: [login.optionFile, script] + peers.map(\.login.optionFile)))
    }

    /// Replicates from a peer (`statements`), after checking that this server has nothing which the peer lacks and that
    /// the peer still has everything which this server needs; ends when both threads run.
    package func follow(
        _ summary: String, _ source: (name: String, login: MySQLLogin), _ epoch: Epoch?, _ statements: [SQL]
    )
        -> Change
    {
        let wait = wait(
            for: source.name, asking: "SELECT REPLACE(@@global.gtid_purged,'\\n','')", input: 3, source.login,
            cases: "*ERROR*) ;; *) break;;")
        return Change(
            summary,
            by: .changes(
                """
                set -e
                mine=$(\(here) -e "SELECT REPLACE(@@global.gtid_executed,'\\n','')")
                \(wait)
                theirs=$(\(client(source.login, input: 3)) -e "SELECT REPLACE(@@global.gtid_executed,'\\n','')")
                errant=$(\(here) -e "SELECT GTID_SUBTRACT('$mine','$theirs')")
                [ -z "$errant" ] || { echo "this server has transactions that \(Shell(verbatim: source.name)) lacks: $errant;" \\
                "intchainctl db rejoin HOST --rebuild keeps them in a file and copies the primary anew" >&2; exit 3; }
                gap=$(\(here) -e "SELECT GTID_SUBTRACT('$state','$mine')")
                [ -z "$gap" ] || { echo "\(Shell(verbatim: source.name)) has purged transactions that this server lacks: $gap;" \\
                "bring it back with intchainctl db rejoin HOST --rebuild" >&2; exit 3; }
                \(here) <"$in2"
                \(epoch.map(write) ?? ":")
                \(untilRunning)
                """, inputs: [login.optionFile, sql(statements), source.login.optionFile]))
    }

    private var untilRunning: Shell {
        """
        tries=0
        while :; do
        now=$(\(here) -e "SELECT CONCAT(c.service_state,'/',a.service_state,' ',c.last_error_message) FROM \
        performance_schema.replication_connection_status c JOIN performance_schema.replication_applier_status a \
        USING(channel_name) WHERE channel_name=''")
        case $now in ON/ON*) exit 0;; esac
        [ "$tries" -lt 60 ] || { echo "replication does not run: $now" >&2; exit 4; }
        sleep 0.5; tries=$((tries + 1))
        done
        """
    }

    /// Asks a peer until one of the cases ends it; the answer is in `$state`.
    private func wait(
        for peer: String, asking question: SQL, input: Int, _ login: MySQLLogin, cases: Shell
    ) -> Shell {
        """
        end=$(($(date +%s) + \(patience)))
        while :; do
        state=$(\(client(login, input: input)) -e "\(Shell(verbatim: question.text))" 2>&1) || true
        case $state in
        \(cases)
        esac
        [ "$(date +%s)" -lt "$end" ] || { echo \(peer) "did not answer as it should within \(patience) s: $state" >&2; exit 3; }
        sleep 1
        done
        """
    }

    private var here: Shell { client(login, input: 1) }

    private func client(_ login: MySQLLogin, input: Int) -> Shell {
        "\(login.client(optionFile: "\"$in\(input)\"")) --raw"
    }

    private func sql(_ statements: [SQL]) -> [UInt8] {
        Array((SQL.preamble + statements.map { $0.text + ";" }).joined(separator: "\n").utf8)
    }
}
