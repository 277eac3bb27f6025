# ---- The machine's network: what goes over it in a second, and what was lost since the start ----
# Docker's own ends of cables are none of the machine's.
traffic() {
    { cat /proc/net/dev; sleep 1; cat /proc/net/dev; } | awk '
        { sub(/:/, " ") }
        $2 ~ /^[0-9]+$/ && $1 !~ /^(lo|veth.*|docker[0-9]*|br-.*)$/ {
            # Large sums are no integers to every awk.
            if ($1 in came) printf "%s %.0f %.0f %.0f %.0f %.0f\n", $1, ($2 - came[$1]) / 1000, ($10 - went[$1]) / 1000, $4 + $12, $5 + $13, $3 + $11
            came[$1] = $2; went[$1] = $10
        }'
}
traffic | while read -r card in out errors drops packets; do
    said="$in kB/s in, $out kB/s out; $errors errors and $drops drops of $packets packets since the start"
    speed=$(cat "/sys/class/net/$card/speed" 2>/dev/null)
    most=$in
    [ "$out" -le "$in" ] || most=$out
    if [ $((errors * 1000)) -gt "$packets" ]; then warn host "packets are damaged on $card" "$said" "the cable, the switch's port: ethtool -S $card"
    # Frames of protocols that nobody here speaks count as well.
    elif [ "$drops" -ge 1000 ] && [ $((drops * 100)) -gt "$packets" ]; then warn host "packets are dropped on $card" "$said" "ethtool -S $card tells why"
    elif [ "${speed:--1}" -gt 0 ] && [ $((most * 8)) -gt $((speed * 800)) ]; then warn host "the network of $card is nearly used up" "$said; $speed Mbit/s" "see what it is: ss -tinp"
    else good host "network of $card" "$said"; fi
done
