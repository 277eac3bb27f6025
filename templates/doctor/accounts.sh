# ---- MySQL's accounts: what db.sh asks of them ----
# Whether an account may log in from an address: a pattern, or a network with its mask or the length of it.
admits() { # ACCOUNT ADDRESS
    [ -n "$(sql "SELECT 1 FROM mysql.user WHERE user = '$1' AND account_locked = 'N' AND ('$2' LIKE host OR host LIKE '%/%' AND
        (INET_ATON('$2') ^ INET_ATON(SUBSTRING_INDEX(host, '/', 1))) & IF(host LIKE '%/%.%', INET_ATON(SUBSTRING_INDEX(host, '/', -1)),
        4294967296 - (1 << (32 - SUBSTRING_INDEX(host, '/', -1)))) = 0) LIMIT 1")" ]
}
doctor_accounts() {
    for account in $ACCOUNTS; do
        [ -n "$(sql "SELECT 1 FROM mysql.user WHERE user = '$account' AND account_locked = 'N' LIMIT 1")" ] || bad db "the account $account is missing or locked" "mysql.user" "intchainctl apply playbooks/mysql.yml"
    done
    hosts=$(sql "SELECT host FROM mysql.user WHERE user = '$APP_ACCOUNT' AND account_locked = 'N'")
    for client in $CLIENTS; do
        address=$(getent ahostsv4 "${client#*=}" | awk '{ print $1; exit }')
        [ -z "$hosts" ] || [ -z "$address" ] || admits "$APP_ACCOUNT" "$address" || warn db "$APP_ACCOUNT may not log in from ${client%%=*} (error 1045)" "${client%%=*} is $address; admitted is $(printf %s "$hosts" | tr '\n' ' ')" "mysql_client_hosts in the inventory; intchainctl apply playbooks/mysql.yml"
    done
    for host in $hosts; do
        rights=$(sql "SHOW GRANTS FOR '$APP_ACCOUNT'@'$host'" | tr -d '\\' | sed -n "s/^GRANT \(.*\) ON \(\`$DATABASE\`\|\*\)\.\* TO .*/\1/p" | tr ',' '\n' | sed 's/^ *//')
        lacking=
        for right in SELECT INSERT UPDATE DELETE EXECUTE; do printf '%s\n' "$rights" | grep -qx -e "$right" -e 'ALL PRIVILEGES' || lacking="$lacking $right"; done
        if [ -z "$lacking" ]; then good db "rights of $APP_ACCOUNT from $host" "rows of $DATABASE"
        else bad db "$APP_ACCOUNT lacks rights on $DATABASE (error 1142)" "from $host it may not:$lacking" "intchainctl apply playbooks/mysql.yml"; fi
    done
}
