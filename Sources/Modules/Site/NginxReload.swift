import Remote

/// Puts a file of Nginx's configuration in place and reloads, or leaves everything as it was.
struct NginxReload {
    let file: String
    let service: String

    /// Whether `$worker` ends as soon as the connections that it has are over; Nginx writes that in the process's title.
    private static let isEnding: Shell = #"grep -aqs 'is shutting down' "/proc/$worker/cmdline""#

    /// Prints `busy` while a worker of before a reload has connections yet: it knows none of what has changed.
    static let formerWorkers: Shell = """
        main=$(cat /run/nginx.pid 2>/dev/null)
        for worker in $(cat "/proc/$main/task/$main/children" 2>/dev/null); do
        ! \(isEnding) || { printf busy; break; }
        done
        """

    /// Prints `stale` when the file was written after the newest worker began.
    var staleness: Fragment {
        .reads(
            """
            main=$(cat /run/nginx.pid 2>/dev/null) && [ -d "/proc/$main" ] || exit 0
            written=$(stat -L -c %Y -- \(file)) || exit 0
            booted=$(awk '$1 == "btime" { print $2 }' /proc/stat)
            ticks=$(getconf CLK_TCK)
            for worker in $(cat "/proc/$main/task/$main/children" 2>/dev/null); do
            cut -d ')' -f 2 "/proc/$worker/stat" 2>/dev/null
            done | awk -v written="$written" -v booted="$booted" -v ticks="$ticks" '
            { began = booted + $20 / ticks; if (began > newest) newest = began }
            END { if (NR && newest + 1 < written) print "stale" }'
            """)
    }

    /// Refuses when the present configuration is invalid already, since a reload would then bring in other people's
    /// mistakes; restores the old file when the new one is refused; ends when a new worker is there and those of before
    /// take no new connections.
    func fragment(writing text: String) -> Fragment {
        .changes(
            """
            nginx -t >/dev/null 2>&1 || { echo "nginx -t refuses the configuration as it is; nothing was changed:" >&2; \
            nginx -t >&2; exit 3; }
            file=\(file); old=$file.intchain-old; new=$file.intchain-new
            main=$(cat /run/nginx.pid 2>/dev/null); workers() { cat "/proc/$main/task/$main/children" 2>/dev/null; }
            before=$(workers)
            cp -p -- "$file" "$old" && cp -p -- "$file" "$new" && cat "$in1" >"$new" && mv -- "$new" "$file" || exit 1
            restore() { mv -- "$old" "$file"; echo "$1; the old file is back" >&2; exit 4; }
            nginx -t >/dev/null 2>&1 || { nginx -t >&2; restore "nginx -t refuses the new file"; }
            if [ -d /run/systemd/system ]; then systemctl reload \(service); else nginx -s reload; fi ||
            restore "nginx could not be reloaded"
            rm -f -- "$old"
            tries=0
            while [ "$tries" -lt 50 ]; do
            fresh=; stale=
            for worker in $(workers); do
            case " $before " in *" $worker "*) \(Self.isEnding) || stale=1;; *) fresh=1;; esac
            done
            [ -z "$fresh" ] || [ -n "$stale" ] || exit 0
            sleep 0.1; tries=$((tries + 1))
            done
            [ -z "$fresh" ] || exit 0
            echo "no new worker of nginx appeared within 5 s" >&2; exit 5
            """, inputs: [Array(text.utf8)], timeout: .seconds(60))
    }
}
