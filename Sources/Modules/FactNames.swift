import Diagnostics

/// The names of facts, without their prefix: those that are read, and whether another may be one.
package enum FactNames {
    package static let all: Set<String> = [
        "system", "kernel", "architecture", "machine", "userspace_bits", "distribution", "distribution_version",
        "distribution_major_version", "distribution_release", "os_family", "pkg_mgr", "service_mgr", "hostname",
        "nodename", "fqdn", "domain", "processor_vcpus", "processor_nproc", "memtotal_mb", "memfree_mb",
        "swaptotal_mb", "swapfree_mb", "uptime_seconds", "user_dir", "user_shell", "user_uid", "user_gid", "user_id",
        "date_time", "all_ipv4_addresses", "all_ipv6_addresses", "interfaces", "default_ipv4",
    ]

    /// Facts of Ansible's that are not read, and that are short enough to be an interface's name.
    private static let others: Set<String> = [
        "apparmor", "bios_date", "bios_vendor", "bios_version", "board_name", "board_vendor", "chassis_vendor",
        "cmdline", "default_ipv6", "device_links", "devices", "dns", "effective_user", "env", "facter", "fibre", "fips",
        "form_factor", "is_chroot", "iscsi_iqn", "loadavg", "local", "locally_reachable", "lsb", "lvm", "machine_id",
        "memory_mb", "mounts", "ohai", "processor", "processor_cores", "processor_count", "product_name",
        "product_serial", "product_uuid", "product_version", "proc_cmdline", "python", "python_version",
        "real_group_id", "real_user_id", "selinux", "system_vendor", "systemd", "user_gecos",
    ]

    /// The longest name of a network interface on Linux.
    private static let longestInterface = 15

    /// Whether Ansible may have a fact of this name, read here or not: all that is not like a mistyped one.
    package static func mayBeAnsibles(_ name: String) -> Bool {
        all.contains(name) || others.contains(name) || Suggestion.nearest(to: name, among: all) == nil
    }

    /// Whether hosts may have a fact of this name: one that is read, or what `eth0` and the like have.
    package static func mayBe(_ name: String) -> Bool {
        if all.contains(name) { return true }
        guard name.count <= longestInterface, !others.contains(name) else { return false }
        return Suggestion.nearest(to: name, among: all) == nil
    }
}
