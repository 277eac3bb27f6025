# ---- MySQL, on a database server ----
sql() { timeout 10 mysql --no-auto-rehash -N -B --raw -e "$1" 2>&1; }
setting() { sql "SELECT variable_value FROM performance_schema.global_variables WHERE variable_name = '$1'"; }
status_of() { sql "SELECT variable_value FROM performance_schema.global_status WHERE variable_name = '$1'"; }
unit=mysql
systemctl cat mysql >/dev/null 2>&1 || unit=mysqld
mysqld=$(command -v mysqld || echo /usr/libexec/mysqld)
log=/var/log/mysql/error.log
[ -r "$log" ] || log=/var/log/mysql/mysqld.log
doctor_db() {
    running db "$unit" 3306 "$mysqld --defaults-file=/etc/mysql/my.cnf --validate-config" "$log"
    up=$?
    room=$(df -P -B1 /var/lib/mysql | awk 'NR == 2 { print $4 }')
    if [ "${room:-0}" -lt 104857600 ]; then
        then="commits wait for it, and up to a minute longer"
        [ "$up" = 0 ] || then="then systemctl start $unit"
        bad db "/var/lib/mysql has no room" "$room bytes free" "make room: intchainctl backup prune; $then"
    fi
    [ "$up" = 0 ] || return
    said=$(sql 'SELECT 1')
    case $said in
    1) ;;
    *1040*) bad db "all connections are taken" "$said" "mysqladmin processlist through the administrative port; raise mysql_max_connections"; return ;;
    *) bad db "root can't log in through the socket" "$said" "systemctl status $unit"; return ;;
    esac
    used=$(status_of Threads_connected) most=$(setting max_connections) refused=$(status_of Connection_errors_max_connections)
    said="$used of $most connections used, $refused refused since the start"
    if [ "$used" -ge $((most * 9 / 10)) ]; then bad db "connections run out" "$said" "SHOW PROCESSLIST; see which service leaks them"
    elif [ "$refused" != 0 ] || [ "$used" -ge $((most * 3 / 4)) ]; then warn db "connections were or are scarce" "$said"; else good db "connections" "$said"; fi
    sql "SELECT ip, sum_connect_errors FROM performance_schema.host_cache WHERE sum_connect_errors >= $(setting max_connect_errors)" | while read -r ip errors; do
        bad db "$ip is blocked (error 1129)" "$errors failed connects" "mysql -e 'TRUNCATE performance_schema.host_cache'"
    done
    denied=$(sql "SELECT CONCAT(ip, ' ', sum_connect_errors + count_authentication_errors) FROM performance_schema.host_cache WHERE count_authentication_errors > 0 ORDER BY count_authentication_errors DESC LIMIT 3" | paste -s -d ';' -)
    [ -z "$denied" ] || warn db "logins were refused (error 1045)" "$denied" "compare the service's password with the inventory's: intchainctl apply playbooks/mysql.yml"
    doctor_accounts
    readonly_now=$(setting read_only) primary=$(sed -n 's/^primary=//p' "$EPOCH_FILE" 2>/dev/null) epoch=$(sed -n 's/^epoch=//p' "$EPOCH_FILE" 2>/dev/null)
    source=$(sql "SELECT host FROM performance_schema.replication_connection_configuration WHERE host <> ''")
    said="read_only $readonly_now, epoch ${epoch:-none} names ${primary:-nobody}, replicates from ${source:-nobody}"
    if [ "$primary" = "$ME" ] && [ "$readonly_now" = ON ]; then
        bad db "the primary takes no writes (error 1290)" "$said; $(journalctl -t intchain-mysql-open -n 1 -q --no-pager -o cat 2>/dev/null)" "what it says; systemctl restart intchain-mysql-open makes it look again"
    elif [ "$primary" != "$ME" ] && [ "$readonly_now" = OFF ]; then bad db "a server that is no primary takes writes" "$said" "mysql -e 'SET GLOBAL super_read_only=ON', then intchainctl db status"
    elif [ "$primary" != "$ME" ] && [ -z "$source" ]; then bad db "the replica replicates from nobody" "$said" "intchainctl db rejoin $ME"
    else good db "role" "$said"; fi
    sql "SELECT CONCAT_WS(' ', 'io', c.service_state, c.last_error_number, c.last_error_message) FROM performance_schema.replication_connection_status c WHERE c.service_state <> 'ON'
        UNION ALL SELECT CONCAT_WS(' ', 'applier', service_state) FROM performance_schema.replication_applier_status WHERE service_state <> 'ON'
        UNION ALL SELECT CONCAT_WS(' ', 'worker', last_error_number, last_error_message) FROM performance_schema.replication_applier_status_by_worker WHERE last_error_number <> 0 LIMIT 3" | while IFS= read -r said; do
        [ -z "$source" ] || bad db "replication stands still" "$said" "mend the cause, then mysql -e 'START REPLICA'; or intchainctl db rejoin $ME"
    done
    lag=$(sql "SELECT ROUND(COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, applying_transaction_original_commit_timestamp, NOW(6))), 0) / 1e6) FROM performance_schema.replication_applier_status_by_worker WHERE applying_transaction <> ''")
    [ "${lag:-0}" -lt 10 ] 2>/dev/null || warn db "replication is behind" "$lag s" "see slow statements below; a big transaction passes"
    age=$(sql "SELECT COALESCE(MAX(TIMESTAMPDIFF(SECOND, trx_started, NOW())), 0) FROM information_schema.innodb_trx")
    [ "${age:-0}" -lt 300 ] || warn db "a transaction is open for long" "$age s" "SELECT * FROM information_schema.innodb_trx; KILL its trx_mysql_thread_id"
    sql "SELECT wait_age_secs, locked_table, blocking_pid, LEFT(COALESCE(blocking_query, 'idle'), 80), sql_kill_blocking_connection FROM sys.innodb_lock_waits WHERE wait_age_secs > 5 LIMIT 3" | while IFS="$tab" read -r secs table blocker query kill; do
        bad db "statements wait for a lock on $table" "for $secs s; connection $blocker holds it: $query" "mysql -e '$kill'"
    done
    deadlocks=$(sql "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'")
    [ "${deadlocks:-0}" -lt 100 ] || warn db "many deadlocks" "$deadlocks since the start" "grep -i deadlock $log"
    reads=$(status_of Innodb_buffer_pool_reads) asked=$(status_of Innodb_buffer_pool_read_requests)
    [ "${asked:-0}" -lt 100000 ] || [ $((reads * 100)) -le "$asked" ] || warn db "the buffer pool is too small" "$reads of $asked reads went to the disk" "raise mysql_buffer_pool_mb"
    # Performance: what costs most, by time in all.
    sql "SELECT LEFT(REPLACE(digest_text, '\n', ' '), 160), count_star, ROUND(sum_timer_wait / 1e12, 1), ROUND(quantile_95 / 1e9, 1), ROUND(sum_rows_examined / GREATEST(count_star, 1)), ROUND(sum_rows_sent / GREATEST(count_star, 1)), sum_no_index_used
        FROM performance_schema.events_statements_summary_by_digest WHERE schema_name NOT IN ('sys', 'performance_schema', 'mysql', 'information_schema') AND quantile_95 > 5e10 AND count_star > 1 AND digest_text REGEXP '^(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|CALL)' ORDER BY sum_timer_wait DESC LIMIT 5" | while IFS="$tab" read -r text count total slow examined sent unindexed; do
        hint=
        [ "$unindexed" = 0 ] || hint="EXPLAIN it: $unindexed times no index was used"
        warn db "slow: $text" "$count times, $total s in all, 95 % within $slow ms, $examined rows read for $sent sent" "$hint"
    done
    slow=$(status_of Slow_queries) all=$(status_of Questions)
    fact db "slow statements" "$slow of $all took longer than $(setting long_query_time) s" "mysqldumpslow -s t /var/log/mysql/slow.log | head"
    errors=$(sql "SELECT CONCAT(logged, ' ', error_code, ' ', LEFT(data, 150)) FROM performance_schema.error_log WHERE prio = 'Error' AND logged > NOW() - INTERVAL 1 DAY ORDER BY logged DESC LIMIT 1")
    [ -z "$errors" ] || fact db "the newest error of the log" "$errors" "less $log"
}
doctor_db
