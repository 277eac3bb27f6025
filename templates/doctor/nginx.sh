# ---- Nginx ----
if running nginx nginx 443 'nginx -t' /var/log/nginx/error.log; then
    said=$(nginx -t 2>&1) || bad nginx "the configuration on the disk is refused: the next start fails" "$said" "intchainctl apply playbooks/nginx.yml"
    for port in 80 443; do [ -n "$(holder $port)" ] || bad nginx "nothing listens on port $port" "ss -ltnp" "systemctl restart nginx"; done
fi
for certificate in /etc/nginx/ssl/cert.pem; do
    end=$(openssl x509 -in "$certificate" -noout -enddate 2>&1 | cut -d = -f 2)
    if ! openssl x509 -in "$certificate" -noout -checkend 0 >/dev/null 2>&1; then bad nginx "the certificate is not valid" "$certificate: ${end:-unreadable}" "renew it; intchainctl apply playbooks/nginx.yml"
    elif ! openssl x509 -in "$certificate" -noout -checkend 1814400 >/dev/null 2>&1; then warn nginx "the certificate ends within 21 days" "$end" "renew it"
    else good nginx "certificate" "until $end"; fi
done
up=0 down=
for server in $GATEWAYS; do
    if grep -q "${server#*=}[^;]*down;" "$UPSTREAM_FILE" 2>/dev/null; then down="$down ${server%%=*}"; continue; fi
    up=$((up + 1))
    address=${server#*=}
    ! reach nginx "$(hostname) to ${server%%=*}" "${address%:*}" "${address##*:}" || good nginx "$(hostname) reaches ${server%%=*}" "TCP to $address"
done
[ "$up" -gt 0 ] || bad nginx "no gateway is in Nginx" "$UPSTREAM_FILE" "put one back that is healthy"
[ -z "$down" ] || warn nginx "out of Nginx:$down" "$UPSTREAM_FILE" "intchainctl undrain HOST, when it is healthy; a deploy that was cut off leaves one so"
# Of the JSON that nginx.conf logs, since a moment: how many requests answered 5xx, of how many, and within how many
# milliseconds 95 % of them.
answers() { # TIME
    tail -n 2000 /var/log/nginx/access.log 2>/dev/null | awk -v since="$1" '
        match($0, /"time":"[^"]*/) && substr($0, RSTART + 8, 19) >= since && match($0, /"status":[0-9]+/) {
            status = substr($0, RSTART + 9, RLENGTH - 9)
            seconds = match($0, /"request_time":[0-9.]+/) ? substr($0, RSTART + 15, RLENGTH - 15) : 0
            print status, int(seconds * 1000 + 0.5)
        }' | sort -k 2n | awk '
        { if ($1 >= 500) sick++; time[NR] = $2 }
        END { if (NR) print sick + 0, NR, time[int(NR * 0.95 + 0.999)] }'
}
answers "$(date -d '10 minutes ago' +%Y-%m-%dT%H:%M:%S)" | while read -r sick all slow; do
    said="$sick of the last $all, within ten minutes, answered 5xx"
    if [ $((sick * 100)) -gt $((all * 5)) ]; then bad nginx "many requests fail" "$said" "see service: a gateway is sick"
    elif [ "$sick" -gt 0 ]; then warn nginx "some requests failed" "$said; $(tail_of /var/log/nginx/error.log 1)"
    else good nginx "requests" "$said"; fi
    said="95 % of the last $all within $slow ms"
    if [ "$slow" -gt "$SLOW_MS" ] && [ "$all" -ge 20 ]; then warn nginx "requests are slow" "$said" "intchainctl doctor db: the statements that cost most; and each app server: load"
    else good nginx "response time" "$said"; fi
done
