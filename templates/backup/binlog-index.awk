# The transactions of a binary log, from the text of `mysqlbinlog --base64-output=DECODE-ROWS FILE`.
# Out, with tabs between: position of its first event, microseconds of its commit on the primary, GTID, statements.
# Password hashes are nobody's business.
function flush() {
    if (text ~ /^(CREATE|ALTER) USER|^SET PASSWORD/) sub(/ (IDENTIFIED|=) .*/, " ...", text)
    if (gtid != "") print start, time, gtid, substr(text, 1, 300)
    gtid = ""
    text = ""
}
BEGIN { OFS = "\t" }
/^# at [0-9]+$/ { at = $3; in_query = 0; next }
/^#[0-9]+ .*\t(GTID|Anonymous_GTID)\t/ {
    flush()
    start = at
    time = $0
    sub(/.*original_committed_timestamp=/, "", time)
    sub(/[^0-9].*/, "", time)
    next
}
/^SET @@SESSION\.GTID_NEXT= '[^A']/ { gtid = $0; gsub(/^[^']*'|'.*$/, "", gtid); next }
/^#[0-9]+ .*\tQuery\t/ { in_query = 1; next }
/^SET |^\/\*|^BEGIN|^COMMIT|^DELIMITER|^#|^use / { next }
in_query { gsub(/[\t\r]/, " "); text = text (text == "" ? "" : " ") $0 }
END { flush() }
