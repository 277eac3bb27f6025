package import Remote

/// The age of apt's package lists in seconds; nil when there are none.
package struct PackageListsProbe: Probe {
    package init() {}

    package static func shell(for probes: [PackageListsProbe]) -> Shell {
        """
        date +%s
        set -- /var/lib/apt/lists/*_Packages* /var/lib/apt/lists/*_InRelease
        if [ -e "$1" ] || [ -e "$2" ]; then
        stat -c %Y -- /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp 2>/dev/null || :
        fi
        """
    }

    package static func parse(_ reply: Reply, for probes: [PackageListsProbe]) throws -> [Int?] {
        let times = reply.output.split(separator: "\n").compactMap { Int($0) }
        guard reply.succeeded, let now = times.first else {
            throw ModuleFailure("looking at package lists failed", reply)
        }
        let age = times.dropFirst().max().map { max(0, now - $0) }
        return probes.map { _ in age }
    }
}
