extension Shell {
    /// Sets `ic_uid` to the account's effective user id; on Linux no process is started for it.
    ///
    /// The third word of the line `Uid:` in /proc/self/status (proc_pid_status(5)).
    package static let ownUID: Shell = #"""
        while read -r ic_u ic_v ic_uid ic_x; do
        [ "$ic_u" != Uid: ] || break; done 2>/dev/null </proc/self/status || ic_uid=
        [ -n "$ic_uid" ] || ic_uid=$(id -u)
        """#
}
