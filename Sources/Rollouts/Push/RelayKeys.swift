import Remote

/// The keys by which hosts fetch from another one during a push: where they are let in, and how they are taken back.
///
/// A key is made on the host that fetches and never leaves it. The other host lets it in as the login user, for one
/// command that hands out the files of one list, for ten minutes; afterwards it is removed. A push that dies leaves a
/// line that has expired by itself, which the next push to that host removes.
struct RelayKeys: Hashable, Sendable {
    /// What marks our lines in authorized_keys.
    static let mark = "intchain-push-"

    /// One host that is let in.
    struct Guest: Hashable, Sendable {
        /// `ssh-ed25519 AAAA…`, without a comment.
        var publicKey: String
        var token: String
        /// The paths it may have, in the release's folder.
        var paths: [String]
    }

    /// `as_login COMMAND …` runs it as the user that was logged in as, in `$login_home`.
    static let asLogin: Shell = #"""
        login=${SUDO_USER:-$(id -un)}
        login_home=$(getent passwd "$login" | cut -d: -f6)
        as_login() {
        if [ "$(id -u)" = 0 ] && [ "$login" != root ]; then
        (cd "$login_home" && HOME=$login_home exec runuser -u "$login" -- "$@")
        else
        (cd "$login_home" && exec "$@")
        fi
        }
        """#

    /// `edit_keys`: adds the lines on its input to authorized_keys, and removes all of earlier pushes. As root, so that
    /// the file keeps its owner and mode, whosever it is.
    private static let edit: Shell = #"""
        edit_keys() (
        set -e; umask 077; cd "$login_home"
        as_login sh -c 'umask 077; mkdir -p .ssh; [ -e .ssh/authorized_keys ] || : >.ssh/authorized_keys' </dev/null
        file=.ssh/authorized_keys
        [ ! -L "$file" ] || file=$(readlink -f "$file")
        new=$(mktemp "$file.XXXXXX"); trap 'rm -f "$new"' EXIT; cp -p "$file" "$new"
        # 1 is that no line is left; anything else, that the file could not be read or the new one not be written.
        grep -v " intchain-push-" "$file" >"$new" || [ $? -eq 1 ]
        cat >>"$new"
        if [ -s "$new" ]; then mv "$new" "$file"; else rm -f "$new" "$file"; fi
        )
        """#

    /// Removes what earlier pushes left.
    static let sweep: Shell = """
        \(asLogin)
        if [ "$login_home" ] && grep -q ' intchain-push-' "$login_home/.ssh/authorized_keys" 2>/dev/null; then
        \(edit)
        edit_keys </dev/null
        as_login sh -c 'rm -f .ssh/intchain-push-*.list'
        fi
        """

    /// Lets the guests in; prints `user`, `port` and the host's own keys (`key`).
    static func admit(_ guests: [Guest], to folder: String) -> Fragment {
        let lists = guests.enumerated().map { index, guest -> Shell in
            "as_login sh -c \("umask 077; cat >.ssh/\(mark)\(guest.token).list") <\"$in\(index + 1)\""
        }
        let lines = guests.map { guest -> Shell in
            let list = "\"$login_home\"/.ssh/\(mark)\(guest.token).list"
            let command = "cd \(Shell.quote(folder)) && exec tar -c -f - --no-recursion -T "
            return """
                printf 'restrict,expiry-time="%s",command="%s%s" %s %s\\n' "$until" \(command) \(Shell(verbatim: list)) \
                \(guest.publicKey) \(mark + guest.token)
                """
        }
        return .changes(
            """
            set -e
            \(asLogin)
            until=$(date -d '+10 minutes' +%Y%m%d%H%M%S)
            \(edit)
            as_login sh -c 'umask 077; mkdir -p .ssh'
            \(Shell.lines(lists))
            { \(Shell.lines(lines))
            } | edit_keys
            printf 'user\\t%s\\n' "$login"
            PATH=$PATH:/usr/sbin sshd -T 2>/dev/null | sed -n 's/^port /port\\t/p' | head -n 1
            sed 's/^/key\\t/' /etc/ssh/ssh_host_*_key.pub
            """, inputs: guests.map { guest in Array(guest.paths.map { "./\($0)\n" }.joined().utf8) })
    }
}
