# What keeps an app server from taking a release, a line each. The environment has DEPLOY_METHOD, NEEDS_DOTNET, SITE_USER,
# and ROOM_BELOW, the folder that has to have some room, or nothing.
found() { printf '%s\n' "$1"; }
have() { command -v "$1" >/dev/null 2>&1; }

if [ "$DEPLOY_METHOD" = compose ] && ! have docker; then
    found "there is no docker: apply playbooks/provision.yml"
elif [ "$DEPLOY_METHOD" = compose ]; then
    docker compose version >/dev/null 2>&1 || found "there is no Docker Compose 2: apply playbooks/provision.yml, with docker_packages that bring it"
elif ! have supervisorctl; then
    found "there is no Supervisor: apply playbooks/provision.yml"
elif ! supervisorctl pid >/dev/null 2>&1; then
    found "Supervisor does not answer: $(supervisorctl pid 2>&1 | head -n 1)"
fi
id "$SITE_USER" >/dev/null 2>&1 || found "there is no user $SITE_USER: apply playbooks/provision.yml"
if [ "$NEEDS_DOTNET" = True ]; then
    dotnet --list-runtimes 2>/dev/null | grep -q '^Microsoft.AspNetCore.App 8\.' ||
        found "there is no .NET 8 runtime: apply playbooks/provision.yml"
fi
if [ "$ROOM_BELOW" ]; then
    # A journal's lines, a link and logs: what a rollout writes when its release is there.
    left=$(df -Pk "$ROOM_BELOW" 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${left:-16384}" -ge 16384 ] || found "$((left / 1024)) MB are free below $ROOM_BELOW: make room for 16 MB"
fi
exit 0
