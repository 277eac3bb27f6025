# For the cases that push a release: a lab, content to push, and the same by tar and rsync.

work=$BENCH_RESULTS/push
release=$work/release
mkdir -p "$work"

# Boots the lab's two app servers with rsync on them.
push_lab() {
    "$BENCH_CTL" lab up --name "$BENCH_LAB" >/dev/null 2>&1 || "$BENCH_CTL" lab up --name "$BENCH_LAB"
    "$BENCH_CTL" run app -i "lab:$BENCH_LAB" -b -- \
        sh -c 'command -v rsync >/dev/null || { apt-get update -qq && apt-get install -y -qq rsync openssh-client; }' >/dev/null
    local key
    key=$(sed -n 's/^    ansible_ssh_private_key_file: "\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$BENCH_INVENTORY" | head -n 1)
    mapfile -t addresses < <(awk '/^ *app[12]:/ { mine = 1 } /ansible_host: / && mine { print $2; mine = 0 }' "$BENCH_INVENTORY")
    password=$(sed -n 's/^    ansible_become_password: "\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$BENCH_INVENTORY" | head -n 1)
    ssh=(ssh -F none -i "$key" -o UserKnownHostsFile="$(dirname "$key")/known_hosts" -l ops)
}

# MEGABYTES FILES FOLDER: files of one size, half of each random, half text.
content() {
    python3 - "$@" <<'PYTHON'
import os, random, sys
megabytes, files, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
source = random.Random(7)
size = (megabytes << 20) // files
text = b"The quick brown fox jumps over the lazy dog, and nobody notices. " * (size // 130 + 1)
for number in range(files):
    path = os.path.join(folder, f"d{number % 40:02d}", f"f{number:04d}.bin")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(source.randbytes(size // 2) + b"%d " % number + text[: size - size // 2 - 8])
PYTHON
}

push() { "$BENCH_CTL" release push "$release" -i "${inventory:-lab:$BENCH_LAB}" -e site_group=root; }

# COMMAND ARGUMENT…: runs it for each host at once, the address first; fails when one does.
each() {
    local address pids=() pid command=$1
    shift
    for address in "${addresses[@]}"; do "$command" "$address" "$@" & pids+=($!); done
    for pid in "${pids[@]}"; do wait "$pid"; done
}
by_tar() { tar -C "$release" -cf - . | "${ssh[@]}" "$1" 'mkdir -p tar && tar -C tar -xf -'; }
# The same, and what came is on the disk.
by_tar_sync() { tar -C "$release" -cf - . | "${ssh[@]}" "$1" 'mkdir -p tar && tar -C tar -xf - && sync -f tar'; }
# What a release needs besides its bytes, in as few processes as it takes: root's rights, a folder of its own in which
# unchanged files are links, digests compared, all of it on the disk, and its name by a rename. No lock, no look at what
# is there. What is sent is named by the arguments, its digests are in the file SUMS.
sums() { (cd "$release" && find "$@" -type f -print0 | xargs -0 sha256sum >"$work/SUMS"); }
by_floor() { renewed 'sha256sum --quiet -c SUMS; sync -f .' "$@"; }
# The same with nothing compared and nothing on the disk: root's rights, links, what is new, a rename.
by_links() { renewed : "$@"; }
renewed() { # PROOF ADDRESS FILE…
    local proof=$1 address=$2
    shift 2
    { printf '%s\n' "$password"; tar -C "$release" -cf - "$@" -C "$work" SUMS; } | "${ssh[@]}" "$address" "sudo -S -p '' sh -c '
        set -e; mkdir -p /srv/floor; cd /srv/floor
        if [ -d live ]; then cp -al live new; else mkdir new; fi
        tar -C new -xf - --no-same-owner; cd new; $proof; cd ..
        [ ! -d live ] || mv live old.\$\$; mv -T new live'"
}
by_rsync() { rsync -a -e "${ssh[*]}" "$release/" "$1:rsync/"; }
by_rsync_z() { rsync -az -e "${ssh[*]}" "$release/" "$1:rsync/"; }

on_hosts() { "$BENCH_CTL" run app -i "lab:$BENCH_LAB" -b -- sh -c "$1" >/dev/null; }
# Nothing is deleted before the lab is: ext4 looks long for inodes where many have just been freed, at everybody's cost.
wipe() {
    on_hosts 'aside=$(mktemp -d /var/aside.XXXXXX)
        for left in /app/intchain /home/*/tar /home/*/rsync /root/tar /root/rsync /srv/floor; do
            [ ! -e "$left" ] || mv "$left" "$aside/$(echo "$left" | tr / _)"
        done
        sync'
}

# NAME PREPARATION COMMAND…: a row's times, one a line, into $work/NAME.times.
timed() {
    local name=$1 prepare=$2 start
    shift 2
    "$prepare" >/dev/null 2>&1
    start=$EPOCHREALTIME
    "$@" >"$work/$name.log" 2>&1 || { cat "$work/$name.log" >&2; return 1; }
    awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", to - from }' >>"$work/$name.times"
}
median() { sort -n "$work/$1.times" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { sort -n "$work/$1.times" | awk 'NR == 1 { low = $1 } END { print low "–" $1 }'; }

# TITLE NAME…: the table; the first row is ours.
table() {
    local title=$1 name ours
    shift
    ours=$(median "$1")
    {
        echo "| $title | wall s, median of $BENCH_RUNS | min–max | ours is so many times as fast |"
        echo "|---|---|---|---|"
        for name in "$@"; do
            printf '| %s | %s | %s | %s |\n' "$name" "$(median "$name")" "$(spread "$name")" \
                "$(awk -v a="$(median "$name")" -v b="$ours" 'BEGIN { printf "%.2f", a / b }')"
        done
    }
}
