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
        /// Others that it may have, which only their owner and group may read.
        var closed: [String] = []
    }

    /// `as_login COMMAND …` runs it as the user that was logged in as, in `$login_home`.
    static let asLogin: Shell = #"""
        login=${SUDO_USER:-$(id -un)}
        case $login in *[!A-Za-z0-9._-]*) login_home= ;; *) eval "login_home=~$login" ;; esac
        case $login_home in /*) ;; *) login_home=$(getent passwd "$login" | cut -d: -f6) ;; esac
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

    /// Removes what earlier pushes left. A list is there before its key is let in, and until it is taken back.
    static let sweep: Shell = """
        \(asLogin)
        for list in "$login_home"/.ssh/\(mark)*.list; do
        [ -e "$list" ] || break
        \(edit)
        edit_keys </dev/null
        as_login sh -c 'rm -f .ssh/intchain-push-*.list .ssh/intchain-push-*.tar'
        done
        """

    /// Lets the guests in. The login account has no part in the services' group: what is only for them is put into an
    /// archive that it may hand out as it is. Prints `user`, `port` and the host's own keys (`key`).
    static func admit(_ guests: [Guest], to folder: String) -> Fragment {
        let lists = guests.enumerated().map { index, guest -> Shell in
            "as_login sh -c \("umask 077; cat >.ssh/\(mark)\(guest.token).list") <\"$in\(index + 1)\""
        }
        let discreet = guests.filter { !$0.closed.isEmpty }
        let archives = discreet.enumerated().map { index, guest -> Shell in
            """
            (cd \(folder) && tar -c -f - --no-recursion -T "$in\(index + 1 + guests.count)") |
            as_login sh -c \("umask 077; cat >.ssh/\(mark)\(guest.token).tar")
            """
        }
        let lines = guests.map { guest -> Shell in
            let file = "$login_home/.ssh/\(mark)\(guest.token)"
            let command = "cd \(Shell.quote(folder)) && tar -c -f - --no-recursion -T "
            let more = guest.closed.isEmpty ? "" : " && cat \(file).tar"
            return """
                printf 'restrict,expiry-time="%s",command="%s%s" %s %s\\n' "$until" \(command) \
                \(Shell(verbatim: "\"\(file).list\(more)\"")) \(guest.publicKey) \(mark + guest.token)
                """
        }
        return .changes(
            """
            set -e
            \(asLogin)
            until=$(date -d '+10 minutes' +%Y%m%d%H%M%S)
            \(edit)
            as_login sh -c 'umask 077; mkdir -p .ssh'
            \(Shell.lines(lists + archives))
            { \(Shell.lines(lines))
            } | edit_keys
            printf 'user\\t%s\\n' "$login"
            PATH=$PATH:/usr/sbin sshd -T 2>/dev/null | sed -n 's/^port /port\\t/p' | head -n 1
            sed 's/^/key\\t/' /etc/ssh/ssh_host_*_key.pub
            """, inputs: guests.map { list(of: $0.paths) } + discreet.map { list(of: $0.closed) })
    }

    private static func list(of paths: [String]) -> [UInt8] { Array(paths.map { "./\($0)\n" }.joined().utf8) }
}
