# For the cases: a lab whose hosts have Python (Ansible needs it) and are what site/site.yml says.

site=$PWD/benchmarks/site
work=$BENCH_RESULTS/$BENCH_LAB

# Boots the lab, gives its hosts Python, and brings them into the site's state.
bench_lab() {
    "$BENCH_CTL" lab up --name "$BENCH_LAB" >/dev/null 2>&1 || "$BENCH_CTL" lab up --name "$BENCH_LAB"
    mkdir -p "$work"
    "$BENCH_CTL" apply "$site/python.yml" -i "lab:$BENCH_LAB" >/dev/null
    "$BENCH_CTL" apply "$site/site.yml" -i "lab:$BENCH_LAB" >/dev/null
    bench_inventory
}

# What a key of the lab's inventory is for all hosts.
bench_value() { sed -n "s/^    $1: \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$BENCH_INVENTORY" | head -n 1; }

bench_addresses() { sed -n 's/^ *ansible_host: //p' "$BENCH_INVENTORY"; }

# The peers' settings: the lab's key and known_hosts, and nothing of the user's own.
bench_inventory() {
    BENCH_KEY=$(bench_value ansible_ssh_private_key_file)
    BENCH_KNOWN_HOSTS=$(dirname "$BENCH_KEY")/known_hosts
    FLOOR_SUDO_PASSWORD=$(bench_value ansible_become_password)
    ANSIBLE_CONFIG=$site/ansible.cfg
    ANSIBLE_SSH_ARGS="-F none -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=$BENCH_KNOWN_HOSTS"
    export BENCH_KEY BENCH_KNOWN_HOSTS FLOOR_SUDO_PASSWORD ANSIBLE_CONFIG ANSIBLE_SSH_ARGS
}

# INVENTORY: the commands of each contender for an unchanged run of the site.
ours() { echo "$BENCH_CTL apply $site/site.yml -i $1"; }
ansible() { echo "$BENCH_CACHE/ansible/bin/ansible-playbook -i $1 $site/site.yml"; }
mitogen() {
    local plugins
    plugins=$("$BENCH_CACHE/ansible/bin/python" -c 'import os, ansible_mitogen; print(os.path.dirname(ansible_mitogen.__file__))')
    echo "env ANSIBLE_STRATEGY=mitogen_linear ANSIBLE_STRATEGY_PLUGINS=$plugins/plugins/strategy $(ansible "$1")"
}
pyinfra() { echo "env --chdir=$site BENCH_INVENTORY=$1 $BENCH_CACHE/pyinfra/bin/pyinfra -y hosts.py pyinfra.py"; }
# SCRIPT THREADS HOST…
floor() { echo "$BENCH_FLOOR ops $BENCH_KEY $BENCH_KNOWN_HOSTS $*"; }
