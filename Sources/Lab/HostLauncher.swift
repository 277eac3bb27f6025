import SystemPackage

/// The command that boots a host, detached from whoever runs it.
struct HostLauncher {
    let lab: LabName
    let host: LabHost
    let paths: HostPaths
    let group: ControlGroup

    /// `$1` and `$2` are control groups, the rest is the container's command. systemd-nspawn ends with 133 when the
    /// host reboots and leaves it to its starter to boot it again.
    private static let loop = """
        console=$1 launcher=$2 run=$3
        shift 3
        exec </dev/null >>"$console" 2>&1
        echo 0 >"$launcher/cgroup.procs" || exit
        while :; do
            (echo 0 >"$run/cgroup.procs" && exec "$@")
            [ $? -eq 133 ] || exit
        done
        """

    /// Returns at once: `setsid --fork` leaves the loop in a session of its own, where no Ctrl-C and no hang-up reach.
    var command: Command {
        Command(
            "setsid",
            ["--fork", "sh", "-c", Self.loop, "lab-host", paths.console.string]
                + [group.launcher.string, group.run.string] + container,
            environment: [
                "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
                "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes",
                "SYSTEMD_SECCOMP": "0",
            ])
    }

    private var container: [String] {
        [
            "systemd-nspawn", "--directory=\(paths.root)", "--machine=\(lab.container(of: host))",
            "--hostname=\(host.name)", "--boot", "--register=no", "--keep-unit", "--resolv-conf=off",
            "--timezone=off", "--link-journal=no", "--network-namespace-path=/run/netns/\(lab.namespace(of: host))",
            "--capability=all", "--system-call-filter=@keyring bpf @mount", "--bind=\(paths.docker):/var/lib/docker",
            "--bind=\(paths.containerd):/var/lib/containerd",
        ]
    }
}
