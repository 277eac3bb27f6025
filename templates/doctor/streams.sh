# ---- The copies of the other database servers' binary logs, on a host that keeps backups ----
# Who writes them notes every two seconds how far they are behind.
doctor_stream() { # NAME FOLDER
    state="$2/state"
    behind=$(sed -n "s/^behind_seconds$tab//p" "$state" 2>/dev/null) problem=$(sed -n "s/^problem$tab//p" "$state" 2>/dev/null)
    age=$(($(date +%s) - $(stat -c %Y "$state" 2>/dev/null || echo 0)))
    copy="the copy of $1's binary log" mend="journalctl -n 20 -u intchain-binlog@$1; df -h $2; systemctl restart intchain-binlog@$1"
    if [ ! -s "$state" ]; then bad db "$copy tells nothing" "no $state" "$mend"
    elif [ "$age" -gt 60 ]; then bad db "nobody watches $copy" "last looked at $age s ago" "$mend"
    elif [ -n "$problem" ] || [ -z "$behind" ]; then bad db "$copy stands still" "${problem:-$state does not tell how far behind it is}" "$mend"
    elif [ "$behind" -ge 10 ]; then warn db "$copy is behind" "$behind s" "$mend"
    else good db "$copy" "$behind s behind"; fi
}
for stream in $STREAMS; do
    [ ! -x /usr/local/sbin/intchain-binlog-stream ] || doctor_stream "${stream%%=*}" "${stream#*=}"
done
