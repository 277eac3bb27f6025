import Glibc
package import SystemPackage

/// The base images that labs share.
package struct LabCache: Sendable {
    let cache: FilePath
    let labs: FilePath
    let machine: any Machine

    package init(
        cache: FilePath = "/var/cache/intchain-lab", labs: FilePath = "/var/lib/intchain-lab",
        machine: any Machine = LocalMachine()
    ) {
        self.cache = cache
        self.labs = labs
        self.machine = machine
    }

    /// Removes all images and downloads.
    ///
    /// - Throws: `LabError.imageInUse` while any lab exists: its hosts stand on an image.
    package func clean() async throws {
        try Prerequisites.requireRoot(for: "clean")
        let users = labs.entries.filter { !$0.hasPrefix(".") && labs.appending($0).appending("lab.json").exists }
        guard users.isEmpty else { throw LabError.imageInUse(labs: users) }
        try Mounts.clear(cache)
        try await machine.require(Command("rm", ["-rf", "--one-file-system", cache.string]))
    }
}
