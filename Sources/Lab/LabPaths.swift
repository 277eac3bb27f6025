package import SystemPackage

/// Where a lab keeps its things.
package struct LabPaths: Hashable, Sendable {
    /// Everything of this lab.
    package let state: FilePath
    /// What labs share: base images and downloaded packages.
    package let cache: FilePath

    package init(
        name: LabName, labs: FilePath = "/var/lib/intchain-lab", cache: FilePath = "/var/cache/intchain-lab"
    ) {
        state = labs.appending(name.text)
        lock = labs.appending("\(name).lock")
        purged = labs.appending(".\(name).purged")
        self.cache = cache
    }

    /// The ordinary inventory that `lab up` writes; mode 0600, it holds the lab's passwords.
    package var inventory: FilePath { state.appending("inventory.yml") }
    /// What the lab is made of; its presence says that the lab exists.
    var record: FilePath { state.appending("lab.json") }
    /// Held while a command changes the lab; outside of `state`, so that a purge can hold it too.
    let lock: FilePath
    /// What `state` is called while it is being removed: a purge that is cut off leaves no half of a lab.
    let purged: FilePath

    /// The key that opens the `ops` account of every host.
    package var privateKey: FilePath { state.appending("ssh").appending("id_ed25519") }
    package var knownHosts: FilePath { state.appending("ssh").appending("known_hosts") }

    /// The folder of one host.
    package func host(_ host: LabHost) -> HostPaths {
        HostPaths(
            folder: state.appending("hosts").appending(host.name),
            key: state.appending("ssh").appending("host_\(host.name)_ed25519"))
    }
}

/// Where one host keeps its things on the machine.
package struct HostPaths: Hashable, Sendable {
    let folder: FilePath
    /// The private key by which its sshd proves itself.
    let key: FilePath

    var upper: FilePath { folder.appending("upper") }
    var work: FilePath { folder.appending("work") }
    /// The mounted root file system.
    var root: FilePath { folder.appending("root") }
    /// Bound over /var/lib/docker: an overlay can't stack on an overlay.
    var docker: FilePath { folder.appending("docker") }
    var containerd: FilePath { folder.appending("containerd") }
    /// What the host printed while it booted.
    package var console: FilePath { folder.appending("console.log") }
}
