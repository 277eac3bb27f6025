/// A site's lock as a file on a host, and the shell text that takes it, checks it, and gives it back.
///
/// root's is the site's, and all can read it. An account that may not write there and finds none of root's has one of
/// its own. All that is done to it is done under a `flock`, and its content appears by a rename.
package struct LockFile: Hashable, Sendable {
    package let path: String

    /// - Parameter path: where root's is: on a file system that a restart empties.
    package init(path: String = "/run/intchain-site.lock") {
        self.path = path
    }

    static let mark = "#intchain-lock"
    static let refusal: Int32 = 76

    /// Prints the lock as `LockSighting` reads it; no process is started while nobody holds it. One that is given back
    /// while it is looked at is none.
    package var look: Shell {
        """
        ic_l=\(path); \(ownPath)
        printf '%s\\0' \(Self.mark)
        if [ -r "$ic_l" ] && ic_a=$(stat -c %Y "$ic_l" 2>/dev/null); then
        cat "$ic_l" 2>/dev/null; ic_a=$(($(date +%s) - ic_a))
        else ic_a=; fi
        printf '\\0%s\\0' "$ic_a"
        ic_g=; [ ! -r "$ic_l.last" ] || { IFS= read -r ic_g <"$ic_l.last"; } 2>/dev/null
        printf '%s\\0' "$ic_g"
        """
    }

    /// Goes on only if this run holds the lock; no process is started.
    package func check(_ token: String) -> Shell {
        """
        \(prologue)
        [ "$ic_h" = \(token) ] || ic_no lost

        """
    }

    /// Takes the lock unless it is ours already, and goes on only then.
    ///
    /// - Parameters:
    ///   - seen: whose token was last when the host was looked at: if another's is now, what was seen is stale; nil
    ///     leaves that out.
    ///   - deadAfter: take it from a holder whose heartbeat stopped so many seconds ago; nil: from nobody.
    package func take(_ record: LockRecord, seen: String? = nil, deadAfter: Int? = nil) -> Shell {
        let isDead: Shell =
            deadAfter.map { "[ \"$ic_a\" -ge \($0) ] && ! grep -q '^message ' \"$ic_l\"" } ?? "false"
        let isFresh: Shell = seen.map { "[ \"$ic_g\" = \($0) ]" } ?? "true"
        return """
            \(prologue)
            [ "$ic_h" = \(record.token) ] || {
            [ "$ic_l" != \(path) ] || [ -w \(folder) ] || ic_no held
            (
            flock 9 || ic_no broken; ic_read
            [ "$ic_h" != \(record.token) ] || exit 0
            if [ "$ic_h" ]; then ic_age; \(isDead) || ic_no held; fi
            ic_g=; { IFS= read -r ic_g <"$ic_l.last"; } 2>/dev/null
            umask 022
            printf %s \(record.text) >"$ic_l.new" && mv -f -- "$ic_l.new" "$ic_l" &&
            printf '%s\\n' \(record.token) >"$ic_l.last" || ic_no broken
            \(isFresh) || ic_no stale
            ) 9>>"$ic_l.mutex" || { [ "$?" -eq \(Self.refusal) ] || ic_no broken; exit \(Self.refusal); }
            }

            """
    }

    /// Says that the holder lives.
    package func beat(_ token: String) -> Fragment {
        .reads("\(prologue)\n[ \"$ic_h\" = \(token) ] && touch -c -- \"$ic_l\"", timeout: .seconds(10))
    }

    /// Gives it back.
    /// - Parameter late: a change may still be running there, its client gone: then as soon as that has ended.
    package func release(_ token: String, late: Bool = false) -> Fragment {
        .reads(
            """
            \(prologue)
            \(Shell.ownUID)
            ic_j=/tmp/intchain-$ic_uid; [ "$ic_uid" != 0 ] || ic_j=/run/intchain; ic_j=${_ic_j:-$ic_j}
            ic_free='
            flock 9; IFS= read -r h <"$1" && [ "$h" = "$2" ] && rm -f -- "$1"; exit 0'
            [ "$ic_h" = \(token) ] || exit 0
            if \(late ? "[ ! -e \"$ic_j/lock\" ] || flock -n \"$ic_j/lock\" true" : "true" as Shell); then
            ( set -- "$ic_l" \(token); eval "$ic_free" ) 9>>"$ic_l.mutex"
            else
            setsid sh -c 'flock 8; exec 8>&-; eval "$3"' sh "$ic_l" \(token) "$ic_free" \\
            8>>"$ic_j/lock" 9>>"$ic_l.mutex" </dev/null >/dev/null 2>&1 &
            fi
            """, timeout: .seconds(10))
    }

    /// An account without root's rights has its own lock, in the folder of its own changes.
    private var ownPath: Shell {
        """
        [ -w \(folder) ] || [ -e "$ic_l" ] || {
        \(Shell.ownUID)
        ic_l=/tmp/intchain-$ic_uid/site.lock; }
        """
    }

    private var folder: String { path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } }

    private var prologue: Shell {
        """
        ic_l=\(path); \(ownPath)
        [ -d "${ic_l%/*}" ] || mkdir -m 700 -- "${ic_l%/*}"
        ic_read() { ic_h=; { IFS= read -r ic_h <"$ic_l"; } 2>/dev/null; }
        ic_age() { ic_a=$(($(date +%s) - $(stat -c %Y "$ic_l" 2>/dev/null || echo 0))); }
        ic_no() { ic_age; echo \(Self.mark) "$1" "$ic_a" >&2; cat "$ic_l" >&2 2>/dev/null; exit \(Self.refusal); }
        ic_read
        """
    }
}
