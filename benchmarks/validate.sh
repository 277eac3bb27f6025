#!/bin/sh
# Times `validate`: a playbook of 500 tasks over 100 hosts, no host contacted. Prints each run and the median, seconds.
# Usage: benchmarks/validate.sh [PROGRAM [RUNS]]; the program is .build/release/intchainctl, the runs are 9.
set -eu
program=${1:-$(dirname "$0")/../.build/release/intchainctl}
runs=${2:-9}
case $program in */*) program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program") ;; esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/group_vars" "$folder/templates" "$folder/files"

{
    printf 'all:\n  children:\n'
    for group in web app db cache; do
        printf '    %s:\n      hosts:\n' $group
        i=1
        while [ $i -le 25 ]; do
            printf '        %s%d: {ansible_host: 10.0.0.%d, number: %d, memory_mb: 4096}\n' $group $i $i $i
            i=$((i + 1))
        done
    done
} >"$folder/inventory.yml"
for group in all web app db cache; do
    i=1
    while [ $i -le 20 ]; do
        printf '%s_setting_%d: "{{ inventory_hostname }}-%d"\n' $group $i $i
        i=$((i + 1))
    done
done >"$folder/group_vars/all.yml"
printf 'port {{ number }}\n{%% for host in groups.all %%}\npeer {{ host }} {{ all_setting_1 }}\n{%% endfor %%}\n' \
    >"$folder/templates/peers.j2"
echo content >"$folder/files/some.conf"

{
    printf -- '- hosts: all\n  vars: {base: /srv}\n  tasks:\n'
    i=1
    while [ $i -le 100 ]; do
        cat <<TASKS
    - name: directory $i
      file: {path: "{{ base }}/dir-$i", state: directory, owner: root, mode: '0755'}
      notify: restart
    - name: text $i
      copy: {dest: "{{ base }}/text-$i", content: "{{ inventory_hostname }} {{ number + $i }}", mode: '0644'}
      when: memory_mb > $i and inventory_hostname in groups['all']
    - name: template $i
      template: {src: peers.j2, dest: "{{ base }}/peers-$i", mode: '0644'}
      register: result_$i
    - name: command $i
      command: echo {{ all_setting_1 }} $i
      when: result_$i is changed
      changed_when: false
    - name: packages $i
      apt: {name: "{{ item }}", state: present}
      loop: [one-$i, two-$i]
      tags: [packages]
TASKS
        i=$((i + 1))
    done
    printf '  handlers:\n    - name: restart\n      service: {name: some, state: restarted}\n'
} >"$folder/site.yml"

cd "$folder"
"$program" validate site.yml -i inventory.yml
i=1
while [ "$i" -le "$runs" ]; do
    start=$(date +%s%N)
    "$program" validate site.yml -i inventory.yml 2>/dev/null
    end=$(date +%s%N)
    echo "$((end - start))"
    i=$((i + 1))
done | sort -n | awk '{ all[NR] = $1; printf "run %2d: %.3f\n", NR, $1 / 1e9 }
    END { printf "median: %.3f s for 500 tasks over 100 hosts\n", all[int((NR + 1) / 2)] / 1e9 }'
