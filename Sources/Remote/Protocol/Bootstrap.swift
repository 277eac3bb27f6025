/// The loop a host runs as `sh -c`: it says it is ready, then reads a header line (length and reader), exactly that many
/// bytes of script, and runs them if they came whole; at the end of its input it ends.
///
/// The text has no single quote, backslash, newline or `!`, so that every login shell passes it on unchanged.
struct Bootstrap: Sendable {
    let nonce: Nonce

    /// What is given to `sh -c`. The connection moves to descriptor 3, so that no command can read scripts as its input.
    var text: String {
        "k=\(nonce); exec 3<&0 </dev/null; echo \"+$k\"; "
            + "while read -r n c <&3; do s=$($c \"$n\" <&3); "
            + "case $s in *\"#$k\") eval \"$s\";; *) exit 1;; esac; done"
    }

    /// The line that the loop prints when it can take scripts; it is not in the text, which a login shell may echo.
    var ready: [UInt8] { Array("+\(nonce)\n".utf8) }

    /// What a login shell is asked to run.
    func command(as account: Become?, prompt: String) -> String {
        guard let account else { return "exec sh -c '\(text)'" }
        return "exec sudo -S -H -p \(Shell.quote(prompt)) -u \(Shell.quote(account.user)) sh -c '\(text)'"
    }
}
