import Foundation
import Testing
import OrderedCollections
import YAML

/// Two hosts as equal as twins, one for each tool, in a lab of their own.
struct TwinLab {
    enum Side: String, CaseIterable, Sendable {
        case ours = "spare1"
        case theirs = "spare2"
    }

    let name: String
    /// Says how each side is reached; lies on top of an inventory that names the hosts.
    let connections: [Side: String]

    /// Boots the twins, does the work and takes them down again.
    static func whileUp(in folder: borrowing Scratch, _ body: (TwinLab) async throws -> Void) async throws {
        let name = TestLab.name + "-twins"
        let purge = [Tool.path, "lab", "down", "--name", name, "--purge"]
        // What an earlier run left behind must not decide this one.
        _ = try await TestLab.root(purge)
        do {
            let up = try await TestLab.root([Tool.path, "lab", "up", "--name", name, "--hosts", "none", "--spare", "2"])
            try #require(up.code == 0, "\(up.text)")
            let lab = TwinLab(name: name, connections: try await connections(of: name, in: folder))
            try await lab.prepare()
            try await body(lab)
        } catch {
            _ = try await TestLab.root(purge)
            throw error
        }
        _ = try await TestLab.root(purge)
    }

    /// A script on one side, as root.
    /// - Returns: what it printed.
    /// - Throws: `HostRefusal` when it fails.
    func run(_ side: Side, _ script: String) async throws -> String {
        let outcome = try await TestLab.root(
            [Tool.path, "lab", "exec", "--name", name, side.rawValue, "--", "sh", "-c", script])
        guard outcome.code == 0 else { throw HostRefusal(host: side.rawValue, script: script, outcome: outcome) }
        return outcome.output
    }

    /// Runs the script on both sides at once.
    func runOnBoth(_ script: String) async throws -> (ours: String, theirs: String) {
        async let ours = run(.ours, script)
        async let theirs = run(.theirs, script)
        return (try await ours, try await theirs)
    }

    /// Python and what Ansible's modules import, for Ansible's sake only; then the moment from which changes count.
    private func prepare() async throws {
        _ = try await runOnBoth(
            """
            set -e
            export DEBIAN_FRONTEND=noninteractive
            apt-get -qq update
            apt-get -qq install -y --no-install-recommends python3 python3-apt python3-debian python3-pymysql git gpg >&2
            touch \(TwinTree.stamp)
            """)
    }

    /// One file a side with address, key and password from the lab's own inventory.
    private static func connections(of lab: String, in folder: borrowing Scratch) async throws -> [Side: String] {
        let shown = try await TestLab.root(["cat", "/var/lib/intchain-lab/\(lab)/inventory.yml"])
        let all = try #require(ParsedText(shown.output, file: "inventory.yml").root?.value["all"])
        let variables = try #require(all["vars"]?.map)
        var files: [Side: String] = [:]
        for side in Side.allCases {
            let host = try #require(all["children"]?["spare"]?["hosts"]?[side.rawValue]?.map)
            let own = variables.merging(host) { $1 }.filter {
                $0.key.string?.hasPrefix("ansible_") == true || $0.key == "intchain_allow_clear_text_secrets"
            }
            let text = Value.map(["all": .map(["vars": .map(own)])]).json()
            files[side] = try folder.write("connections/\(side).yml", text)
        }
        return files
    }
}
