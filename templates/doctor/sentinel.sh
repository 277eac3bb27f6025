# ---- Sentinel, on its host ----
doctor_sentinel() {
    log=/var/log/redis/redis-sentinel.log
    [ -r "$log" ] || log=/var/log/redis/sentinel.log
    running redis redis-sentinel 26379 'test -s /etc/redis/sentinel.conf' "$log" || return
    said=$({ printf 'AUTH %s\n' "$(sed -n 's/^requirepass //p' /etc/redis/sentinel.conf)"; printf 'SENTINEL CKQUORUM %s\n' "$SENTINEL_NAME"; } |
        timeout 10 redis-cli -h 127.0.0.1 -p 26379 2>&1 | tr -d '\r' | tail -n 1)
    case $said in
    OK*) good redis "Sentinel could decide a failover" "$said" ;;
    *NOQUORUM*) bad redis "Sentinel could decide no failover" "$said" "see which Sentinels are down: intchainctl redis status" ;;
    *) bad redis "Sentinel does not say whether it could decide a failover" "$said" "systemctl restart redis-sentinel" ;;
    esac
}
doctor_sentinel
