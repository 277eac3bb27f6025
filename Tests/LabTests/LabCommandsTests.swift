import SystemPackage
import Testing

@testable import Lab

@Suite struct LabCommandsTests {
    private let paths = LabPaths(name: .standard)
    private let plan = NetworkPlan(lab: .standard, mtu: 1400)

    private func host(_ name: String) throws -> LabHost {
        try #require(try Topology.servers(named: [name]).first)
    }

    @Test func aHostHangsOnTheBridgeWithItsOwnAddresses() throws {
        let commands = plan.attach(try host("db1"))
        #expect(
            commands.first?.input == """
                netns add intchain.lab.db1
                link add name ivlab.21 mtu 1400 type veth peer name eth0 mtu 1400 address 02:00:0a:59:00:15 \
                netns intchain.lab.db1
                link set dev ivlab.21 master il-lab up

                """)
        #expect(commands.last?.arguments == ["-n", "intchain.lab.db1", "-batch", "-"])
        #expect(commands.last?.input?.contains("addr add 10.89.0.21/24 dev eth0\n") == true)
        #expect(commands.last?.input?.contains("route add default via 10.89.0.1\n") == true)
    }

    @Test func theBridgeIsMadeOnceAndSetEveryTime() {
        let made = plan.bridge(exists: false).compactMap(\.input).joined()
        let kept = plan.bridge(exists: true).compactMap(\.input).joined()
        #expect(made.hasPrefix("link add name il-lab type bridge\n"))
        #expect(made.hasSuffix(kept))
        #expect(kept.contains("addr replace 10.89.0.1/24 dev il-lab\n"))
    }

    @Test(.enabled(if: ProgramPath.find("nft") != nil && Gate.isRoot, "needs root and nft"))
    func nftablesAcceptsTheTranslation() async throws {
        var command = plan.translation
        command.arguments.insert("--check", at: 0)
        try await LocalMachine().require(command)
    }

    @Test func aHostBootsInASessionOfItsOwn() throws {
        let host = try host("db1")
        let launcher = HostLauncher(
            lab: .standard, host: host, paths: paths.host(host), group: ControlGroup(folder: "/cg/lab/db1"))
        let command = launcher.command
        #expect(command.program == "setsid")
        #expect(command.arguments.first == "--fork")
        #expect(command.arguments.contains("/cg/lab/db1/launcher"))
        #expect(command.arguments.contains("--network-namespace-path=/run/netns/intchain.lab.db1"))
        #expect(command.arguments.contains("--bind=/var/lib/intchain-lab/lab/hosts/db1/docker:/var/lib/docker"))
        #expect(command.environment["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] == "1")
    }

    @Test func sshUsesOnlyTheLabsKeyAndPins() {
        let command = SSHClient(paths: paths).session(address: "10.89.0.21", ["uname", "-a"])
        #expect(command.arguments.starts(with: ["-F", "none", "-i", "/var/lib/intchain-lab/lab/ssh/id_ed25519"]))
        #expect(command.arguments.contains("StrictHostKeyChecking=yes"))
        #expect(command.arguments.suffix(4) == ["ops@10.89.0.21", "--", "uname", "-a"])
    }

    @Test func theSameImageHasTheSameKey() {
        var spec = ImageSpec(mirror: "http://deb.debian.org/debian")
        let key = spec.key
        spec.packages.reverse()
        #expect(spec.key == key)
        spec.packages.append("vim")
        #expect(spec.key != key)
        #expect(key.hasPrefix("sid-"))
    }
}
