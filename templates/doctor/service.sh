# ---- the services of an app server: process, exit code, log, port, settings, descriptors, last deploy ----
# What runs them, and how it is told to.
if [ "$DEPLOY_METHOD" = compose ]; then
    manager=docker restart='docker restart' start='docker start' wishes="docker compose --file $APP_ROOT/compose.yml config --quiet" log=
else
    manager=supervisor restart='supervisorctl restart' start='supervisorctl start' log=/var/log/supervisor/supervisord.log
    wishes='test -s /etc/supervisor/supervisord.conf || test -s /etc/supervisord.conf'
    systemctl cat supervisor >/dev/null 2>&1 || manager=supervisord
fi
# A line a program, as Supervisor writes it.
programs() {
    [ "$DEPLOY_METHOD" = compose ] || { supervisorctl status 2>&1; return; }
    for service in $SERVICES; do
        program=${service#*:} program=${program%%:*}
        docker inspect --format "$program {{.State.Status}} pid {{.State.Pid}}, exit code {{.State.ExitCode}}" "$program" 2>/dev/null
    done | sed 's/ running pid / RUNNING pid /'
}
if [ ! -e "$APP_ROOT/current" ]; then
    bad service "no release is live" "$APP_ROOT/current is missing" "intchainctl deploy DIRECTORY"
fi
if running service "$manager" 0 "$wishes" "$log"; then
    status=$(programs)
    for service in $SERVICES; do
        name=${service%%:*} rest=${service#*:}
        program=${rest%%:*} port=${rest#*:}
        line=$(printf '%s\n' "$status" | awk -v program="$program" '$1 == program || index($1, program ":") == 1')
        log=$LOG_DIRECTORY/${program#intchain-}.log
        [ -r "$log" ] || log=$LOG_DIRECTORY/$name.log
        who=$(holder "$port")
        case $line in
        *' RUNNING '*)
            process=$(printf '%s' "$line" | sed -n 's/.*pid \([0-9]*\).*/\1/p')
            answer=$(curl -s -m 3 -w ' %{http_code} in %{time_total} s' "http://127.0.0.1:$port/health" 2>&1)
            case $answer in
            *' 200 in '*) good service "$name answers" "${answer##* 200 in} at port $port, process $process" ;;
            *' 503 in '*) bad service "$name is not healthy" "$answer" "see db and redis below: it says what it lacks" ;;
            *' 000 in '*) bad service "$name runs but does not answer at port $port" "held by ${who:-nobody}; $(tail_of "$log")" "$restart $program" ;;
            *) bad service "$name answers wrongly" "$answer; $(tail_of "$log")" "$restart $program" ;;
            esac
            used=$(ls "/proc/$process/fd" 2>/dev/null | wc -l) most=$(awk '/^Max open files/ { print $4 }' "/proc/$process/limits" 2>/dev/null)
            [ "${used:-0}" -lt $((${most:-65535} / 10 * 8)) ] || bad service "$name runs out of open files" "$used of $most" "$restart $program; look for a leak; raise service_open_files"
            ;;
        '') bad service "$manager does not know $name" "it has no $program" "intchainctl apply playbooks/provision.yml, then deploy" ;;
        *)
            bad service "$name does not run" "$line" "$start $program"
            [ -z "$(tail_of "$log")" ] || fact service "the end of $log" "$(tail_of "$log" 3)"
            [ -z "$who" ] || bad service "port $port of $name is taken by $who" "ss -ltnp" "stop that program, then $start $program"
            ;;
        esac
    done
fi
settings=$APP_ROOT/appsettings.Production.json
if [ ! -s "$settings" ]; then bad service "the services' settings are missing" "$settings" "intchainctl apply playbooks/app.yml"
elif ! su -s /bin/sh "$SITE_USER" -c "test -r $settings"; then bad service "$SITE_USER can't read the services' settings" "$(ls -lL "$settings")" "intchainctl apply playbooks/app.yml"
else good service "settings" "$settings is there and $SITE_USER reads it"; fi
[ ! -s "$APP_ROOT/.deploy/journal" ] || fact service "last deploy" "$(tail_of "$APP_ROOT/.deploy/journal" 2)" "intchainctl rollback, if it began then"
errors=$(tail -n 200 "$LOG_DIRECTORY/error.log" 2>/dev/null | wc -l)
[ "$errors" = 0 ] || fact service "the end of error.log" "$(tail_of "$LOG_DIRECTORY/error.log" 2)"
