# ---- the machine itself ----
df -P -B1 -x tmpfs -x devtmpfs -x squashfs 2>/dev/null | awk 'NR > 1 && !seen[$1]++' | while read -r device size used free percent mount; do
    [ "${size:-0}" -gt 0 ] || continue
    share=${percent%\%}
    said="$percent of $((size / 1048576)) MB used, $((free / 1048576)) MB free"
    if [ "$share" -ge 90 ]; then
        largest=$(du -x -d 2 -B 1M "$mount" 2>/dev/null | sort -rn | sed -n '2,4p' | awk '{ printf "%s %s MB; ", $2, $1 }')
        bad host "the disk of $mount is nearly full" "$said; largest: $largest" "intchainctl backup prune; journalctl --vacuum-size=200M; enlarge the disk"
    elif [ "$share" -ge 80 ]; then warn host "the disk of $mount fills" "$said"; else good host "disk of $mount" "$said"; fi
done
df -Pi -x tmpfs -x devtmpfs 2>/dev/null | awk 'NR > 1 && $5 + 0 >= 90 { print $6, $5 }' | while read -r mount share; do
    bad host "$mount has no inodes left for files" "$share used" "find which folder holds very many files: du --inodes -x -d 2 $mount | sort -n | tail"
done
total=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo) available=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
share=$((available * 100 / total))
said="$((available / 1024)) of $((total / 1024)) MB available"
hungry=$(ps -eo rss=,comm= --sort=-rss 2>/dev/null | head -n 3 | awk '{ printf "%s %d MB; ", $2, $1 / 1024 }')
if [ "$share" -lt 5 ]; then bad host "memory is nearly used up" "$said; $hungry" "restart or limit the largest, or give the host more"
elif [ "$share" -lt 15 ]; then warn host "memory is scarce" "$said; $hungry"; else good host "memory" "$said"; fi
killed=$(journalctl -k --since -24h -q --no-pager 2>/dev/null | grep -i 'out of memory: killed' | tail -n 1)
[ -z "$killed" ] || bad host "the kernel killed a process for want of memory" "$killed" "lower its memory setting, or give the host more"
cores=$(nproc) load=$(cut -d ' ' -f 1 /proc/loadavg)
busy=$(ps -eo pcpu=,comm= --sort=-pcpu 2>/dev/null | head -n 3 | awk '{ printf "%s %s%%; ", $2, $1 }')
if [ "${load%.*}" -ge $((cores * 4)) ]; then warn host "the processors are overloaded" "load $load on $cores cores; $busy" "see what it is with top; move work away"; else good host "load" "$load on $cores cores"; fi
for kind in cpu memory io; do
    stalled=$(sed -n 's/^some .*avg60=\([0-9]*\).*/\1/p' /proc/pressure/$kind 2>/dev/null)
    [ "${stalled:-0}" -lt 40 ] || warn host "work waits for $kind" "$stalled % of the last minute (/proc/pressure/$kind)"
done
opened=$(cut -f 1 /proc/sys/fs/file-nr) most=$(cut -f 3 /proc/sys/fs/file-nr)
[ "$opened" -lt $((most / 10 * 8)) ] || bad host "the system runs out of open files" "$opened of $most" "raise fs.file-max"
broken=$(systemctl --failed --plain --no-legend 2>/dev/null | awk '{ print $1 }' | grep -v -e '^systemd-tmpfiles' -e '^systemd-networkd-wait' | paste -s -d ' ' -)
[ -z "$broken" ] || warn host "units have failed" "$broken" "systemctl status $broken"
[ ! -f /etc/intchain/firewall.nft ] || nft list table inet intchain >/dev/null 2>&1 || bad host "the firewall is not loaded" "there is no table inet intchain" "systemctl restart intchain-firewall"
