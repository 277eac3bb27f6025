extension Preamble {
    /// A fragment whose standard input is the frames that follow, each after a line with its length, to the line `0`.
    /// What the fragment doesn't read is read away, so that the connection stays in step. When the connection is cut
    /// its input ends early, and so does the fragment itself if that is not enough.
    static let feeding = #"""
        # TEXT ASSIGNMENTS
        _ic_feed() {
          _ic_next
          : "${_ic_h=$(head --version 2>&1)}"
          {
            while read -r _ic_x <&3 && [ "$_ic_x" -gt 0 ]; do _ic_bytes "$_ic_x" <&3; done
            [ "$_ic_x" = 0 ] || { exec >/dev/null 2>&1; sleep 2; _ic_cut; }
          } | {
            ( _ic_t=$1; eval "$2"; shift $#; eval "$_ic_t" ) >"$_ic_o" 2>"$_ic_e" 3<&-
            _ic_x=$?
            cat >/dev/null
            exit "$_ic_x"
          }
          _ic_s="$_ic_s $?"
        }
        """#
}
