# ---- from an app server to the databases: name, route, TCP, TLS. What comes after (accounts, limits) is asked on the servers.
for server in $DATABASES; do
    reach db "$(hostname) to ${server%%=*}" "${server#*=}" 3306 || continue
    said=$(echo | timeout 5 openssl s_client -starttls mysql -connect "${server#*=}:3306" 2>&1)
    case $said in
    *'BEGIN CERTIFICATE'*) good db "$(hostname) reaches ${server%%=*}" "TCP and TLS ($(printf '%s\n' "$said" | sed -n 's/.*\(TLSv[0-9.]*\).*/\1/p' | head -n 1))" ;;
    *) bad db "$(hostname) to ${server%%=*}: no TLS" "$(printf '%s\n' "$said" | tail -n 2)" "on ${server%%=*}: the server's certificates, and whether this host is blocked (error 1129: FLUSH HOSTS)" ;;
    esac
done
for server in $REDISES; do
    ! reach redis "$(hostname) to ${server%%=*}" "${server#*=}" 6379 || good redis "$(hostname) reaches ${server%%=*}" "TCP to ${server#*=}:6379"
done
for server in $SENTINELS; do
    ! reach redis "$(hostname) to ${server%%=*}'s Sentinel" "${server#*=}" 26379 || good redis "$(hostname) reaches ${server%%=*}'s Sentinel" "TCP to ${server#*=}:26379"
done
