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
recent=$(tail -n 2000 /var/log/nginx/access.log 2>/dev/null | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^"?[1-5][0-9][0-9]"?,?$/) { gsub(/[",]/, "", $i); all++; if ($i >= 500) sick++; break } } END { if (all) printf "%d %d", sick, all }')
if [ -n "$recent" ]; then
    sick=${recent% *} all=${recent#* }
    if [ $((sick * 100)) -gt $((all * 5)) ]; then bad nginx "many requests fail" "$sick of the last $all answered 5xx" "see service: a gateway is sick"
    elif [ "$sick" -gt 0 ]; then warn nginx "some requests failed" "$sick of the last $all answered 5xx; $(tail_of /var/log/nginx/error.log 1)"
    else good nginx "requests" "none of the last $all answered 5xx"; fi
fi
