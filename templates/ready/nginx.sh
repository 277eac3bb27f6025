# What keeps Nginx from carrying a rollout, a line each; and what is only good to know, after "note: ". The environment has
# NGINX_VERSION, CERTIFICATE, DAYS.
found() { printf '%s\n' "$1"; }

command -v nginx >/dev/null 2>&1 || { found "there is no Nginx: apply playbooks/provision.yml"; exit 0; }
command -v ss >/dev/null 2>&1 || found "there is no ss (iproute2), which tells when a server that is taken out is idle"
refusal=$(nginx -t 2>&1) || found "nginx -t refuses the configuration: $(printf '%s\n' "$refusal" | grep -m 1 emerg)"
# The templates are written for the version that the inventory names.
version=$(nginx -v 2>&1 | sed -n 's,.*nginx/\([0-9.]*\).*,\1,p')
oldest=$(printf '%s\n%s\n' "$version" "$NGINX_VERSION" | sort -V | head -n 1)
[ "$oldest" = "$NGINX_VERSION" ] || found "Nginx is $version, and the inventory's nginx_version says $NGINX_VERSION"
older=$(printf '%s\n1.27.4\n' "$oldest" | sort -V | head -n 1)
[ "$older" = 1.27.4 ] || found "note: Nginx $oldest has no keepalive_min_timeout, as 1.27.4 has: each reload may cut an idle connection in the moment its client uses it"
if end=$(openssl x509 -noout -enddate -in "$CERTIFICATE" 2>/dev/null); then
    openssl x509 -noout -checkend "$((DAYS * 86400))" -in "$CERTIFICATE" >/dev/null ||
        found "the certificate ends on ${end#notAfter=}: less than $DAYS days from now (certificate_days)"
else
    found "the certificate $CERTIFICATE can't be read"
fi
exit 0
