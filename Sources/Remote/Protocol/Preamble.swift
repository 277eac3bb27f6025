/// The functions that requests call, sent once when a shell starts. Forks are what costs time on a host, so an answer
/// to any number of reading fragments takes one `wc` and one `head` besides a subshell a fragment.
///
/// In the functions: `k` the shell's nonce, `_ic_d` its private directory, `_ic_i` the directory of the present
/// fragment's inputs, `_ic_f` all output files and `_ic_s` all statuses of the request, `_ic_g` what to remove after it,
/// `_ic_q` changes that have not started, `_ic_p` inputs that could not be kept, `_ic_a` output files of answered
/// requests and `_ic_c` about how much room they take: they go together, before it is a megabyte.
struct Preamble: Sendable {
    /// What stands after each part of an answer; unlike the shell's nonce it appears in no argument list.
    let separator: Nonce
    /// Where changes and their lock are, when that is not the host's own folder for them.
    var workshop: String?

    var text: String {
        [
            Self.start.replacing("SEPARATOR", with: separator.description)
                .replacing("WORKSHOP", with: workshop.map(Shell.quote) ?? ""),
            Self.reading, Self.inputs, Self.feeding, Self.streaming,
            "_ic_account() {\n\(Shell.ownUID)\n}", Self.changing, Self.answer,
        ]
        .joined(separator: "\n")
    }

    private static let start = #"""
        for _ic_b in /dev/shm /run /tmp; do
          _ic_d=$(mktemp -d "$_ic_b/intchain.XXXXXX" 2>/dev/null) &&
            printf '\n#%s\n' SEPARATOR 2>/dev/null >"$_ic_d/s" && break
          [ -z "$_ic_d" ] || rm -rf "$_ic_d"
          _ic_d=
        done
        [ "$_ic_d" ] || { echo 'no room for temporary files in /dev/shm, /run or /tmp' >&2; exit 1; }
        _ic_n=0 _ic_g= _ic_q= _ic_j=WORKSHOP _ic_a= _ic_c=0
        trap 'rm -rf "$_ic_d" $_ic_g $_ic_q' 0
        trap 'exit 129' 1 2 13 15
        _ic_begin() { _ic_f= _ic_s= _ic_p=; }
        """#

    /// While fragments run the connection has nothing to say, so a line from it or its end means: stop what only reads.
    /// A signal that arrives while a shell forks may be lost, so there is more than one.
    private static let reading = #"""
        _ic_watch() {
          : >"$_ic_d/t"
          { read -r _ic_x; _ic_cut; } <&3 >/dev/null 2>&1 &
          _ic_w=$!
        }
        _ic_cut() {
          trap '' 15
          read -r _ic_x <"$_ic_d/t" && kill "$_ic_x"
          for _ic_x in 0.1 0.3 1; do
            kill 0
            sleep "$_ic_x" || sleep 1
          done
          rm -rf "$_ic_d" $_ic_g
          kill -9 0
        }
        _ic_next() {
          _ic_n=$((_ic_n + 1)) _ic_o=$_ic_d/o$_ic_n _ic_e=$_ic_d/e$_ic_n
          _ic_f="$_ic_f $_ic_o $_ic_e"
        }
        # TEXT ASSIGNMENTS
        _ic_read() {
          _ic_next
          ( _ic_t=$1; eval "$2"; shift $#; eval "$_ic_t" ) </dev/null >"$_ic_o" 2>"$_ic_e" 3<&-
          _ic_s="$_ic_s $?"
        }
        # TEXT ASSIGNMENTS SECONDS: whichever signal the end took, the status is 124.
        _ic_timed() {
          _ic_next
          printf '%s\n' "_ic_i=$_ic_i _ic_j=$_ic_j" "$2" "$1" >"$_ic_d/f"
          read -r _ic_u _ic_x </proc/uptime
          timeout -k 2 "$3" sh "$_ic_d/f" </dev/null >"$_ic_o" 2>"$_ic_e" 3<&- &
          _ic_x=$!
          echo "$_ic_x" >"$_ic_d/t"
          wait "$_ic_x"
          _ic_r=$?
          : >"$_ic_d/t"
          read -r _ic_v _ic_x </proc/uptime
          case $_ic_r in 137 | 143) [ $((${_ic_v%.*} - ${_ic_u%.*})) -lt "$3" ] || _ic_r=124 ;; esac
          _ic_s="$_ic_s $_ic_r"
        }
        # STATUS MESSAGE
        _ic_failed() {
          _ic_next
          : >"$_ic_o"
          echo "$2" >"$_ic_e"
          _ic_s="$_ic_s $1"
          return "$1"
        }
        """#

    /// Inputs are read exactly (not every `head` leaves the rest in the pipe), and read away when the disk is full, so
    /// that what follows stays in step.
    private static let inputs = #"""
        _ic_exactly() { dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
        # Of much, dd copies eight times as much at a time as GNU's head.
        _ic_bytes() {
          case $_ic_h in *GNU*) [ "$1" -ge 1048576 ] || { head -c "$1"; return; } ;; esac
          [ "$1" -lt 65536 ] || dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null
          [ $(($1 % 65536)) -eq 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null
        }
        # BYTES: where a fragment's inputs go, on disk when they are large.
        _ic_dir() {
          _ic_i=$_ic_d
          [ "$1" -gt 1048576 ] || return 0
          _ic_i=$(mktemp -d /var/tmp/intchain.XXXXXX 2>/dev/null) || { _ic_i=$_ic_d; return 0; }
          _ic_g="$_ic_g $_ic_i"
        }
        # BYTES NAME
        _ic_take() {
          : "${_ic_h=$(head --version 2>&1)}"
          _ic_bytes "$1" <&3 | {
            umask 077
            cat 2>/dev/null >"$_ic_i/$2" || { cat >/dev/null; false; }
          } || _ic_p="$_ic_p $_ic_i/$2 "
        }
        # PREFIX
        _ic_have() {
          case $_ic_p in *" $_ic_i/$1."*) _ic_failed 74 "no space left for the input in $_ic_i" ;; esac
        }
        """#

    /// A change is a session of its own under the host's lock, its script, output and status in a directory of its own.
    /// The script does not inherit the lock: a daemon that it leaves behind must not hold it. Waiting for the lock is no
    /// part of a change's time, and a change whose client has gone before its turn does not start.
    private static let changing = #"""
        # Jobs and the lock are in a directory that nobody else can have made.
        _ic_base() {
          [ -z "$_ic_j" ] || return 0
          _ic_account
          _ic_x=$ic_uid
          case $_ic_x in 0) _ic_j=/run/intchain ;; *) _ic_j=/tmp/intchain-$_ic_x ;; esac
          [ -d "$_ic_j" ] || mkdir -m 700 "$_ic_j" 2>/dev/null
          [ ! -L "$_ic_j" ] && [ -O "$_ic_j" ] ||
            { printf '!%s %s is not a directory of our own\n' "$k" "$_ic_j"; exit 1; }
          # What killed shells and cut-off jobs have left, if there is anything but our own.
          for _ic_u in "$_ic_j"/intchain*.?????? /dev/shm/intchain*.?????? /var/tmp/intchain*.??????; do
            case $_ic_u in "$_ic_d" | *'*'*) continue ;; esac
            find "$_ic_j" /dev/shm /var/tmp -maxdepth 1 -name 'intchain*.??????' -user "$_ic_x" -mtime +7 \
              -exec rm -rf {} + 2>/dev/null
            break
          done
        }
        # BYTES
        _ic_job() {
          _ic_base
          _ic_i=$_ic_j
          [ "$1" -le 1048576 ] || [ ! -w /var/tmp ] || _ic_i=/var/tmp
          _ic_i=$(mktemp -d "$_ic_i/intchain-job.XXXXXX" 2>/dev/null) ||
            { printf '!%s cannot make a directory for the change\n' "$k"; exit 1; }
          _ic_q="$_ic_q $_ic_i "
        }
        # TEXT ASSIGNMENTS SECONDS INDEX: an index where the output is wanted while it runs.
        _ic_change() {
          printf '%s\n' "_ic_i=$_ic_i" "$2" "$1" 2>/dev/null >"$_ic_i/script" ||
            { _ic_failed 74 "no space left in $_ic_i"; return; }
          flock -n 9 9>>"$_ic_j/lock" || printf '~%s another run is changing this host\n' "$k"
          : >"$_ic_i/o"
          : >"$_ic_i/e"
          setsid sh -c "$_ic_runner" sh "$_ic_i" "$_ic_j/lock" "$3" "$$" </dev/null >/dev/null 2>"$_ic_i/e" 3<&- &
          _ic_y=$!
          _ic_q="${_ic_q%% "$_ic_i" *} ${_ic_q#* "$_ic_i" }"
          [ -z "$4" ] || _ic_stream "$4"
          wait "$_ic_y"
          _ic_x=$?
          _ic_f="$_ic_f $_ic_i/o $_ic_i/e" _ic_s="$_ic_s $_ic_x" _ic_g="$_ic_g $_ic_i"
          return "$_ic_x"
        }
        # DIRECTORY LOCK SECONDS SHELL
        _ic_runner='
        is_waited_for() { { read -r x x s x <"/proc/$1/stat"; } 2>/dev/null && [ "$s" != Z ]; }
        exec 9>>"$2" || exit 73
        flock 9 || exit
        is_waited_for "$4" || { rm -rf "$1"; exit 1; }
        read -r u x </proc/uptime
        if [ "$3" ]; then
          timeout -k 10 "$3" sh "$1/script" >"$1/o" 2>"$1/e" 9>&-
        else
          sh "$1/script" >"$1/o" 2>"$1/e" 9>&-
        fi
        r=$?
        read -r v x </proc/uptime
        case $r in 137 | 143) [ -z "$3" ] || [ $((${v%.*} - ${u%.*})) -lt "$3" ] || r=124 ;; esac
        echo "$r" >"$1/status"
        if is_waited_for "$4"; then
          for x in "$1"/i*; do [ ! -e "$x" ] || rm -f "$x"; done
        else
          rm -rf "$1"
        fi
        exit "$r"
        '
        """#

    /// The header has the statuses and the sizes of all outputs; what a file grew by after it was measured ends at the
    /// largest size, and the separator after each part tells the reader where to go on.
    private static let answer = #"""
        _ic_answer() {
          kill -9 "$_ic_w"
          wait "$_ic_w" 2>/dev/null
          printf . 2>/dev/null >"$_ic_d/y" || { printf '!%s no space left in %s\n' "$k" "$_ic_d"; exit 1; }
          _ic_z= _ic_m=64 _ic_l=
          [ -z "$_ic_f" ] || for _ic_x in $(wc -c $_ic_f); do
            case $_ic_x in
              /*)
                _ic_z="$_ic_z $_ic_r" _ic_c=$((_ic_c + _ic_r + 2048))
                [ "$_ic_r" -eq 0 ] || _ic_l="$_ic_l $_ic_x $_ic_d/s"
                [ "$_ic_r" -le "$_ic_m" ] || _ic_m=$_ic_r
                ;;
              *) _ic_r=$_ic_x ;;
            esac
          done
          printf '=%s%s:%s\n' "$k" "$_ic_s" "$_ic_z"
          [ -z "$_ic_l" ] || head -q -c "$_ic_m" $_ic_l
          _ic_a="$_ic_a $_ic_f"
          [ -z "$_ic_g$_ic_q" ] && [ "$_ic_c" -lt 1048576 ] || { rm -rf $_ic_a $_ic_g $_ic_q; _ic_a= _ic_c=0; }
          _ic_g= _ic_q=
        }
        """#
}
