import Remote

/// How a host compares files with the digests that they should have.
enum FileDigests {
    /// `differing LIST FOLDER`: the list has lines of a SHA-256, two spaces and a path in the folder, without a tab,
    /// newline or backslash in it; prints the paths whose content is another or can't be read.
    ///
    /// Of much (`$much` is not empty) openssl is asked first: it uses the processor's instructions, and takes a sixth of
    /// the time of coreutils' own code, which is what Ubuntu 22.04 and Debian 12 have. What it does not confirm, and
    /// everything where there is none, is asked of sha256sum, which has the last word. Names get a `./` before
    /// them: a lone dash would be its input.
    static let differing: Shell = #"""
        differing() (
        export LC_ALL=C; list=$1; cd "$2" || exit
        if [ "$much" ] && command -v openssl >/dev/null; then
        sed 's|^.\{66\}|./|' "$list" | xargs -r -d '\n' openssl dgst -sha256 -r 2>/dev/null |
        awk 'FILENAME == ARGV[1] { want[$0]; next } { delete want[substr($0, 1, 64) "  " substr($0, 69)] }
        END { for (line in want) print line }' "$list" -
        else cat "$list"; fi | sed 's|^.\{66\}|&./|' | sha256sum -c --quiet 2>/dev/null |
        sed -n 's|^\./\(.*\): FAILED.*$|\1|p'
        )
        """#

    /// `digest FILE`: prints the file's SHA-256.
    static let digest: Shell = #"""
        digest() {
        if command -v openssl >/dev/null; then openssl dgst -sha256 -r <"$1"; else sha256sum <"$1"; fi | cut -c 1-64
        }
        """#
}
