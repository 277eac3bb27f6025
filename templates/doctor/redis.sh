# ---- Redis, on its server ----
ask() {
    { printf 'AUTH %s\n' "$(sed -n 's/^requirepass //p' /etc/redis/redis.conf 2>/dev/null)"; printf '%s\n' "$@"; } |
        timeout 10 redis-cli -h 127.0.0.1 2>&1 | tr -d '\r'
}
unit=redis-server
systemctl cat redis-server >/dev/null 2>&1 || unit=redis
log=/var/log/redis/redis-server.log
[ -r "$log" ] || log=/var/log/redis/redis.log
value() { printf '%s\n' "$info" | sed -n "s/^$1:\(.*\)/\1/p" | head -n 1; }
doctor_redis() {
    if ! running redis "$unit" 6379 'test -s /etc/redis/redis.conf && test -e '"$ROLE_FILE" "$log"; then
        room=$(df -P -B1 /var/lib/redis | awk 'NR == 2 { print $4 }')
        [ "${room:-0}" -gt 104857600 ] || bad redis "/var/lib/redis has no room" "$room bytes free" "make room, then systemctl start $unit"
        return
    fi
    said=$(ask PING)
    case $said in
    *PONG*) ;;
    *WRONGPASS* | *NOAUTH*) bad redis "the password of redis.conf is not the running server's" "$said" "systemctl restart $unit"; return ;;
    *LOADING*) warn redis "it still loads its data" "$said" "wait; $(tail_of "$log" 1)"; return ;;
    *MISCONF*) ;;
    *) bad redis "it does not answer" "$said" "systemctl restart $unit"; return ;;
    esac
    info=$(ask 'INFO')
    role=$(value role) wanted=$(sed -n 's/^replicaof //p' "$ROLE_FILE" /etc/redis/redis.conf 2>/dev/null)
    said="$role, $(value connected_slaves) replicas"
    if [ "$role" = slave ] && [ "$(value master_link_status)" != up ]; then
        bad redis "the replica has no link to its primary $(value master_host)" "down for $(value master_link_down_since_seconds) s; $(tail_of "$log" 1)" "see whether $(value master_host) runs; intchainctl redis status"
    elif [ "$role" = master ] && [ -n "$wanted" ]; then bad redis "it is a primary, but its settings make it a replica of $wanted at its next start" "$said" "intchainctl redis status"
    else good redis "role" "$said"; fi
    used=$(value used_memory) most=$(value maxmemory)
    said="$((used / 1048576)) of $((${most:-0} / 1048576)) MB, fragmentation $(value mem_fragmentation_ratio), policy $(value maxmemory_policy)"
    if [ "${most:-0}" -gt 0 ] && [ "$((used * 100 / most))" -ge 95 ]; then bad redis "memory is used up: writes are refused or keys evicted (OOM)" "$said" "raise redis_maxmemory_mb, or remove keys: redis-cli --bigkeys"
    elif [ "${most:-0}" -gt 0 ] && [ "$((used * 100 / most))" -ge 80 ]; then warn redis "memory fills" "$said"; else good redis "memory" "$said"; fi
    hits=$(value keyspace_hits) misses=$(value keyspace_misses) looked=$(($(value keyspace_hits) + $(value keyspace_misses)))
    if [ "$looked" -ge 1000 ] && [ $((hits * 100 / looked)) -lt 80 ]; then warn redis "few keys are found" "hit ratio $((hits * 100 / looked)) % of $looked lookups" "keys expire too early, or were evicted: $(value evicted_keys) were"
    else fact redis "hit ratio" "$hits hits, $misses misses$([ "$looked" = 0 ] || echo ": $((hits * 100 / looked)) %")"; fi
    [ "$(value evicted_keys)" = 0 ] || warn redis "keys were evicted for want of memory" "$(value evicted_keys)" "raise redis_maxmemory_mb"
    [ "$(value rejected_connections)" = 0 ] || bad redis "connections were refused (max clients)" "$(value rejected_connections) refused, $(value connected_clients) of $(value maxclients) now" "see which service leaks them: redis-cli CLIENT LIST"
    [ "$(value rdb_last_bgsave_status)" = ok ] || bad redis "the snapshot can't be written, so writes are refused (MISCONF)" "$(tail_of "$log" 2)" "make room or mend rights of /var/lib/redis, then redis-cli BGSAVE"
    [ "$(value aof_last_write_status)" = ok ] || bad redis "the append-only log can't be written" "$(tail_of "$log" 2)" "make room on the disk of /var/lib/redis"
    slow=$(ask 'SLOWLOG LEN' | tail -n 1)
    [ "${slow:-0}" = 0 ] || fact redis "slow commands" "$slow in the slow log; the newest: $(ask 'SLOWLOG GET 1' | sed -n '3,7p' | paste -s -d ' ' -)" "redis-cli SLOWLOG GET"
    [ "$(cat /proc/sys/vm/overcommit_memory)" = 1 ] || [ "$ENVIRONMENT" = lab ] || warn redis "a snapshot may fail for want of memory" "vm.overcommit_memory is not 1" "intchainctl apply playbooks/redis.yml"
}
doctor_redis
