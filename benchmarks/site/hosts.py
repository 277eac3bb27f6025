"""The hosts of an inventory in Ansible's form ($BENCH_INVENTORY), for pyinfra."""

import os

import yaml

with open(os.environ["BENCH_INVENTORY"], encoding="utf-8") as file:
    inventory = yaml.safe_load(file)["all"]

shared = inventory["vars"]


def settings(variables):
    values = {**shared, **variables}
    data = {
        "ssh_hostname": values["ansible_host"],
        "ssh_port": values.get("ansible_port", 22),
        "ssh_user": values["ansible_user"],
        "ssh_key": values["ansible_ssh_private_key_file"],
        "ssh_known_hosts_file": os.environ["BENCH_KNOWN_HOSTS"],
        "ssh_strict_host_key_checking": "yes",
    }
    if values.get("ansible_become_password"):
        data |= {"_sudo": True, "_sudo_password": values["ansible_become_password"]}
    return data


everyone = [
    (name, settings(variables or {}))
    for group in inventory["children"].values()
    for name, variables in group["hosts"].items()
]
