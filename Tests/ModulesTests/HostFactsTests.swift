import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@Suite struct HostFactsTests {
    @Test func knowsThisMachine() async throws {
        let facts = try await LocalHost().facts().values
        #expect(
            facts["hostname"]?.string == ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init))
        #expect(facts["processor_vcpus"]?.int ?? 0 >= 1)
        #expect((facts["memtotal_mb"]?.int ?? 0) == Int(ProcessInfo.processInfo.physicalMemory / 1_048_576))
        #expect(facts["kernel"]?.string?.isEmpty == false)
        let epoch = Double(facts["date_time"]?["epoch"]?.string ?? "") ?? 0
        #expect(abs(epoch - Date().timeIntervalSince1970) < 60)
        let universal = try #require(facts["date_time"]?["iso8601"]?.string)
        #expect(abs((try Date.ISO8601FormatStyle().parse(universal)).timeIntervalSince1970 - epoch) < 1)
        #expect(facts["user_uid"]?.int == Int(getuid()))
    }

    @Test func readsAnUbuntuServer() throws {
        // What this server does not tell.
        let unread: Set = ["swaptotal_mb", "swapfree_mb", "uptime_seconds"]
        let facts = try HostFacts(
            parsing: reply([
                "os-release":
                    "NAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian\n",
                "debian-version": "bookworm/sid", "hostname": "db1", "kernel": "5.15.0-91-generic", "cpus": "0-3,6",
                "init": "systemd", "meminfo": "MemTotal:        8141372 kB\nMemFree:          310044 kB\n",
                "routes": """
                Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
                eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
                """,
                "hosts": "127.0.0.1 localhost\n10.0.0.21 db1.example.com db1 # primary\n",
                "tools": "apt-get systemctl ", "machine": "x86_64\n",
                "identity": "uid=1000(ops) gid=1000(ops) groups=1000(ops)\n",
                "date": "1735689600|2025-01-01T08:00:00|CST|+0800|Wednesday|001\n",
                "addresses": """
                1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
                2: eth0    inet 192.168.1.21/24 brd 192.168.1.255 scope global eth0\\       valid_lft forever
                2: eth0    inet6 fe80::1/64 scope link \\       valid_lft forever
                """,
            ])
        ).values
        let interfaces: Set = ["lo", "eth0"]
        #expect(Set(facts.keys.compactMap(\.string)) == FactNames.all.union(interfaces).subtracting(unread))
        #expect((FactNames.all.union(interfaces)).allSatisfy(FactNames.mayBe))
        #expect(facts["distribution"] == "Ubuntu")
        #expect(facts["distribution_version"] == "22.04")
        #expect(facts["distribution_major_version"] == "22")
        #expect(facts["os_family"] == "Debian")
        #expect(facts["fqdn"] == "db1.example.com")
        #expect(facts["processor_vcpus"] == 5)
        #expect(facts["memtotal_mb"] == 7950)
        #expect(facts["default_ipv4"]?["address"] == "192.168.1.21")
        #expect(facts["default_ipv4"]?["gateway"] == "192.168.1.1")
        #expect(facts["default_ipv4"]?["netmask"] == "255.255.255.0")
        #expect(facts["all_ipv4_addresses"] == ["192.168.1.21"])
        #expect(facts["user_id"] == "ops")
        #expect(facts["pkg_mgr"] == "apt")
        #expect(facts["date_time"]?["iso8601"] == "2025-01-01T00:00:00Z")
    }

    /// What costs a process or a longer read is left out; the rest is the same.
    @Test func aHostsOwnFactsAreAPartOfAll() async throws {
        let connection = try await LocalTransport().connect(to: Endpoint(name: "here", address: "localhost"))
        let shell = try await connection.shell(
            as: nil, greeting: [.reads(HostFacts.greeting(.own)), .reads(HostFacts.greeting(.all))])
        let (own, all) = (try HostFacts(parsing: shell.greeting[0]), try HostFacts(parsing: shell.greeting[1]))
        let left = ["date_time", "default_ipv4", "fqdn", "memfree_mb"]
        for name in left.map(Value.string) {
            #expect(own.values[name] == nil)
            #expect(all.values[name] != nil)
        }
        for (name, value) in own.values where name != "uptime_seconds" { #expect(all.values[name] == value) }
        #expect(own.values["memtotal_mb"]?.int ?? 0 > 0)
        await connection.close()
    }

    /// `id` is not started, but says the same.
    @Test func tellsTheAccountAsIdDoes() async throws {
        let connection = try await LocalTransport().connect(to: Endpoint(name: "here", address: "localhost"))
        let shell = try await connection.shell(
            as: nil, greeting: [.reads(HostFacts.greeting(.own)), .reads("id -un; id -u; id -g")])
        let facts = try HostFacts(parsing: shell.greeting[0]).values
        let said = shell.greeting[1].output.split(separator: "\n")
        #expect(facts["user_id"]?.string == said.first.map(String.init))
        #expect(facts["user_uid"]?.int == said.dropFirst().first.flatMap { Int($0) })
        #expect(facts["user_gid"]?.int == said.last.flatMap { Int($0) })
        await connection.close()
    }

    @Test(arguments: [
        ("ID=\"centos\"\nVERSION_ID=\"8\"\nID_LIKE=\"rhel fedora\"", "CentOS", "8.5", "RedHat"),
        ("ID=\"rocky\"\nVERSION_ID=\"9.3\"\nID_LIKE=\"rhel centos fedora\"", "Rocky", "9.3", "RedHat"),
        ("ID=debian\nVERSION_ID=\"12\"", "Debian", "12.5", "Debian"),
    ])
    func namesDistributionsAsAnsibleDoes(release: String, name: String, version: String, family: String) throws {
        let facts = try HostFacts(
            parsing: reply([
                "os-release": release, "centos-release": "CentOS Linux release 8.5.2111", "debian-version": "12.5",
                "identity": "uid=0(root) gid=0", "addresses": "",
            ]))
        #expect(facts.values["distribution"]?.string == name)
        #expect(facts.values["distribution_version"]?.string == version)
        #expect(facts.osFamily == family)
    }

    @Test func refusesACutAnswer() {
        #expect(throws: ModuleFailure.self) { try HostFacts(parsing: Reply(stdout: "os-release\u{0}ID=debian")) }
    }

    private func reply(_ said: [String: String]) -> Reply {
        Reply(stdout: said.map { "\($0)\u{0}\($1)\u{0}" }.joined())
    }
}
