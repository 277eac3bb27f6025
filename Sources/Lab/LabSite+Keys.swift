import Glibc
import SystemPackage

extension LabSite {
    /// The lab's own key pair, a host key for each host, and the files that pin them. Existing keys are kept.
    func writeKeys(_ record: LabRecord) async throws {
        try await makeKey(paths.privateKey, comment: "lab \(name)")
        var hostKeys: [String: String] = [:]
        for host in record.hosts {
            let key = paths.host(host).key
            try await makeKey(key, comment: host.name)
            hostKeys[host.name] = try PublicKey.load(besides: key)
        }
        let pinned = record.hosts.map { host in
            "\(host.name),\(name.subnet.address(host.octet)) \(hostKeys[host.name] ?? "")\n"
        }
        try paths.knownHosts.write(pinned.joined())
        let inventory = LabInventory(
            name: name, record: record, privateKey: paths.privateKey.string, hostKeys: hostKeys)
        try paths.inventory.write(inventory.text, permissions: .ownerReadWrite)
        if let owner = Owner.caller {
            for path in [paths.inventory, paths.privateKey] { path.give(to: owner) }
        }
    }

    private func makeKey(_ path: FilePath, comment: String) async throws {
        if path.exists, PublicKey.path(besides: path).exists { return }
        unlink(path.string)
        try await machine.require(
            Command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path.string]))
    }
}

/// A key's public half, in the file that ssh-keygen writes beside the private one.
enum PublicKey {
    static func path(besides key: FilePath) -> FilePath { FilePath("\(key).pub") }

    /// Type and data, without the comment.
    static func load(besides key: FilePath) throws -> String {
        try path(besides: key).text().split { $0 == " " || $0 == "\n" }.prefix(2).joined(separator: " ")
    }
}
