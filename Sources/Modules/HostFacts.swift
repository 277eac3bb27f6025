import OrderedCollections
package import YAML

/// What is known of a host before its first task: read while its shell starts, so it costs no round trip.
package struct HostFacts: Sendable, Hashable {
    /// `ansible_facts`, by Ansible's names without the prefix: `os_family`, `distribution`, `memtotal_mb` …
    package var values: ValueMap

    package init(_ values: ValueMap = [:]) {
        self.values = values
    }

    /// `Debian` or `RedHat` (Ansible's words), or what /etc/os-release calls it.
    package var osFamily: String { values[.string("os_family")]?.string ?? "unknown" }
}
