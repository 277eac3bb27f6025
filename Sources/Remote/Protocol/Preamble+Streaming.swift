extension Preamble {
    /// What a change prints, sent as it grows: a header with the fragment's index, the stream and a length, then so many
    /// bytes. They are copied first: whoever writes, or empties the file, while it is sent can't break the frame. The
    /// answer has all of it once more.
    static let streaming = #"""
        # INDEX, while the process _ic_y lives
        _ic_stream() {
          _ic_u=0 _ic_v=0 _ic_m=0.05
          while { read -r _ic_x _ic_x _ic_r _ic_x <"/proc/$_ic_y/stat"; } 2>/dev/null && [ "$_ic_r" != Z ]; do
            sleep "$_ic_m" 2>/dev/null || sleep 1
            _ic_more "$1" 1 "$_ic_i/o" "$_ic_u"; _ic_u=$_ic_t
            _ic_more "$1" 2 "$_ic_i/e" "$_ic_v"; _ic_v=$_ic_t
            case $_ic_m in 0.05) _ic_m=0.1 ;; *) _ic_m=0.3 ;; esac
          done
        }
        # INDEX STREAM FILE OFFSET
        _ic_more() {
          _ic_t=$4
          _ic_r=$(($(wc -c <"$3")))
          [ "$_ic_r" -ne "$4" ] || return 0
          [ "$_ic_r" -gt "$4" ] || { _ic_t=$_ic_r; return 0; }
          tail -c "+$(($4 + 1))" "$3" 2>/dev/null | head -c 65536 2>/dev/null >"$_ic_d/c"
          _ic_r=$(($(wc -c <"$_ic_d/c")))
          [ "$_ic_r" -gt 0 ] || return 0
          printf '%%%s %s %s %s\n' "$k" "$1" "$2" "$_ic_r"
          cat "$_ic_d/c"
          _ic_t=$(($4 + _ic_r))
        }
        """#
}
