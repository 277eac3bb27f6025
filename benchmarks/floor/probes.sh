# What site.yml has to look at, and the facts that a run learns: as few processes as can be.
export LC_ALL=C
cat /etc/os-release /etc/debian_version /proc/sys/kernel/hostname /proc/meminfo /proc/net/route /etc/hosts
uname -m; id; date; ip -o addr show
getent group; getent passwd bench
stat --printf='%n\0%f\0%U\0%G\0%u\0%g\0%s\0%h\0%i\0%d\0%X\0%Y\0%Z\0%N\0' -- /srv/bench /srv/bench/data /etc/bench \
    /var/log/bench /etc/bench/service.conf /etc/bench/limits.conf /etc/logrotate.d/bench \
    /etc/systemd/system/bench.service /usr/local/bin/bench-nightly
sha256sum -- /etc/bench/service.conf /etc/bench/limits.conf /etc/logrotate.d/bench \
    /etc/systemd/system/bench.service /usr/local/bin/bench-nightly
dpkg-query -W -f '${db:Status-Status}\t${Package}\t${Architecture}\t${Version}\t${Provides}\n' \
    | grep -F -e cron -e curl -e logrotate
crontab -u root -l
systemctl show -p Id,LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload -- cron.service bench.service
