import Remote

/// Programs that write transactions of a server's binary logs to a file as SQL, and tell which ones are in it.
///
/// mysqlbinlog ends with 0 even when its last lines found no room, so a file counts as whole by the mark at its end.
struct BinlogScripts: Sendable {
    /// Where the logs are.
    var data = "/var/lib/mysql"
    /// Where what was saved from a server is kept.
    var folder = "/var/lib/intchain/salvage"

    private static let read: Shell = "mysqlbinlog --no-defaults --verify-binlog-checksum"
    private static let isWhole: Shell =
        #"is_whole() { tail -c +"$((${2:-0} + 1))" -- "$1" | tail -n 4 | grep -qx '# End of log file'; }"#

    /// The transactions of the logs that somebody else lacks, in `file`; prints their ids, `bytes=`, and `unread=` when
    /// the newest log is damaged: a log that ends in the middle of an event is read to there, without a failure, for
    /// what is not whole was never acknowledged. What else is wrong with the newest log keeps from knowing what follows.
    func extract(_ logs: [String], excluding known: GTIDSet, to file: String) -> Shell {
        """
        \(Self.isWhole)
        umask 077; mkdir -p \(folder); cd \(data) || exit 1
        out=\(file); : >"$out" || exit 1
        last=\(logs.last ?? "")
        for log in \(logs); do
        before=$(wc -c <"$out")
        if \(Self.read) --exclude-gtids=\(known.description) "$log" >>"$out" 2>"$out.err"; then
        is_whole "$out" "$before" && continue
        echo "no room for the transactions of $log in $out" >&2
        exit 4
        fi
        cat "$out.err" >&2
        [ "$log" = "$last" ] || exit 4
        echo "unread=$(grep ERROR "$out.err" | tail -n 1)"
        done
        rm -f "$out.err"
        \(Self.ids) "$out"
        echo "bytes=$(wc -c <"$out")"
        """
    }

    /// Keeps some transactions of the logs in a file of that name or, when there is one that holds others, with a number;
    /// prints `file=` with its path, and the ids of those that are in it.
    func keep(_ wanted: GTIDSet, of logs: [String], as name: String) -> Shell {
        """
        set -e
        \(Self.isWhole)
        umask 077; mkdir -p \(folder); cd \(data)
        base=\(folder + "/" + name)
        \(Self.read) -v --include-gtids=\(wanted.description) \(logs) >"$base.new"
        is_whole "$base.new" || { rm -f "$base.new"; echo "no room in \(folder)" >&2; exit 4; }
        file=$base.sql number=1
        while [ -e "$file" ] && ! cmp -s "$base.new" "$file"; do number=$((number + 1)); file=$base-$number.sql; done
        sync "$base.new"
        mv -f "$base.new" "$file"
        sync \(folder)
        echo "file=$file"
        \(Self.ids) "$file"
        """
    }

    private static let ids: Shell = #"sed -n "s/^SET @@SESSION.GTID_NEXT= *'\([^']*:[^']*\)'.*/\1/p""#
}
