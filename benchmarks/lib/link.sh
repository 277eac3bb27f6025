# For cases behind a link: the lab's app servers behind ports of this machine, all through one narrow line.

inventory=$work/behind-a-link.yml
link=$work/link.log
proxy=
# MILLISECONDS MBIT
link_up() {
    local ports=() n=0 address
    for address in "${addresses[@]}"; do ports+=("$((43001 + n++))=$address:22"); done
    awk -v first="${addresses[0]}" -v second="${addresses[1]}" '
        /ansible_host: / && ($2 == first || $2 == second) {
            printf "          ansible_host: 127.0.0.1\n          ansible_port: %d\n", $2 == first ? 43001 : 43002; next }
        { print }' "$BENCH_INVENTORY" >"$inventory"
    chmod 600 "$inventory"
    rm -f "$link"
    python3 benchmarks/proxy/rate.py "$1" "$2" "${ports[@]}" >"$link" 2>"$link.errors" &
    proxy=$!
    until grep -qs ready "$link"; do sleep 0.05; done
}
# Ends the link and prints how many bytes went up it.
link_down() {
    kill "$proxy"
    wait "$proxy" || true
    proxy=
    awk 'END { print $1 }' "$link"
}
trap '[[ -z $proxy ]] || kill "$proxy"' EXIT
