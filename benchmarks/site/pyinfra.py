"""What site.yml says, for pyinfra."""

from pyinfra import host
from pyinfra.operations import apt, crontab, files, server, systemd

variables = {"inventory_hostname": host.name, "service_root": "/srv/bench", "service_port": 8080}

server.group(name="Create the service's group", group="bench", system=True)
server.user(
    name="Create the service's user", user="bench", group="bench", system=True, home="/srv/bench",
    ensure_home=False, shell="/usr/sbin/nologin")

for path, user, group, mode in [
    ("/srv/bench", "root", "bench", "750"),
    ("/srv/bench/data", "bench", "bench", "750"),
    ("/etc/bench", "root", "root", "755"),
    ("/var/log/bench", "bench", "bench", "2750"),
]:
    files.directory(name=f"Create {path}", path=path, user=user, group=group, mode=mode)

apt.packages(name="Install its packages", packages=["cron", "curl", "logrotate"])

for source, target, group, mode in [
    ("service.conf.j2", "/etc/bench/service.conf", "bench", "640"),
    ("limits.conf.j2", "/etc/bench/limits.conf", "root", "644"),
    ("logrotate.j2", "/etc/logrotate.d/bench", "root", "644"),
    ("bench.service.j2", "/etc/systemd/system/bench.service", "root", "644"),
]:
    files.template(
        name=f"Write {target}", src=f"templates/{source}", dest=target, user="root", group=group, mode=mode,
        jinja_env_kwargs={"trim_blocks": True}, **variables)

files.put(
    name="Copy its nightly script", src="files/nightly.sh", dest="/usr/local/bin/bench-nightly", user="root",
    group="root", mode="755")
crontab.crontab(
    name="Run the script every night", command="/usr/local/bin/bench-nightly", user="root", minute="17",
    hour="3")
systemd.service(name="Start cron", service="cron.service", running=True, enabled=True)
systemd.service(name="Start the service", service="bench.service", running=True, enabled=True)
