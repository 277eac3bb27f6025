# ---- The newest backup: on a host that keeps copies, on a replica, which writes it, and where there is no replica ----
# A primary with a replica writes none, and has copies only where it keeps some. The source is what db.sh has found.
doctor_backups() {
    [ "$KEEPS_COPIES" = yes ] || [ -n "${source-}" ] || [ "$DATABASES" = "${DATABASES%% *} " ] || return 0
    newest=$(find $BACKUPS -name 'full_backup_*.manifest' -mmin -1560 2>/dev/null | sort | tail -n 1)
    if [ -n "$newest" ]; then good db "a backup of the last 26 hours is here" "${newest%.manifest}"
    else warn db "no backup of the last 26 hours is here" "$BACKUPS" "intchainctl backup create; see $LOG_DIRECTORY/mysql_backup.log where it is written"; fi
}
[ ! -x /usr/local/sbin/intchain-backup-list ] || doctor_backups
