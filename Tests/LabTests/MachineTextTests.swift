import SystemPackage
import Testing

@testable import Lab

/// Texts that the kernel and programs of the machine print.
@Suite struct MachineTextTests {
    @Test func mountsAreUnmountedFromTheInsideOut() {
        let mounts = Mounts(
            """
            /dev/vda / ext4 rw 0 0
            overlay /labs/a/root overlay rw 0 0
            proc /labs/a/root/proc proc rw 0 0
            tmpfs /labs/ab tmpfs rw 0 0
            tmpfs /labs/a/with\\040blank tmpfs rw 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
            """)
        #expect(mounts.below("/labs/a") == ["/labs/a/with blank", "/labs/a/root/proc", "/labs/a/root"])
        #expect(mounts.controlGroups == "/sys/fs/cgroup/unified")
    }

    @Test func theContainersFirstProcessIsKnownByItsNumbers() {
        #expect(NamespaceNumbers(status: "Name:\tsystemd\nNSpid:\t12668\t1\nNSsid:\t1\n").isContainerInit)
        #expect(!NamespaceNumbers(status: "Name:\tsshd\nNSpid:\t12700\t31\n").isContainerInit)
        #expect(!NamespaceNumbers(status: "Name:\tnginx\nNSpid:\t12900\t88\t1\n").isContainerInit)
        #expect(!NamespaceNumbers(status: "Name:\tinit\nNSpid:\t1\n").isContainerInit)
        #expect(!NamespaceNumbers(status: "").isContainerInit)
    }

    @Test func processFactsAreReadOutOfProc() {
        #expect(ProcessFacts.proportionalSize(rollup: "5581 [rollup]\nRss: 900 kB\nPss:     812 kB\n") == 812)
        let stat = "7 (a ) b) S " + (4...30).map(String.init).joined(separator: " ")
        #expect(ProcessFacts.startTicks(stat: stat) == 22)
        #expect(ProcessFacts.startTicks(stat: "") == nil)
    }

    @Test func theWayOutIsTheDeviceOfTheDefaultRoute() {
        let routes = "Iface\tDestination\tGateway\nil-lab\t0000590A\t00000000\neth0\t00000000\t010200C0\n"
        #expect(MachineRoute.device(routes: routes) == "eth0")
        #expect(MachineRoute.device(routes: "Iface\tDestination\n") == nil)
    }

    @Test func aptsProxyIsSharedAndNothingElse() {
        let dump = """
            APT::Architecture "amd64";
            Acquire::http::Proxy "http://proxy:3128";
            Acquire::https::Proxy "";
            Acquire::Retries "3";
            """
        #expect(AptSettings.shared(from: dump) == [#"Acquire::http::Proxy "http://proxy:3128";"#])
    }

    @Test func theMachinesMirrorIsUsedWhenItIsDebians() {
        let deb822 = "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n"
        let oneLine = "deb [arch=amd64] https://other.example/debian/ bookworm main\n"
        #expect(AptSettings.mirror(sources: [deb822, oneLine]) == "http://mirror.example/debian")
        #expect(AptSettings.mirror(sources: [oneLine]) == "https://other.example/debian/")
        let ubuntu = "deb http://archive.ubuntu.com/ubuntu jammy main\n"
        #expect(AptSettings.mirror(sources: [ubuntu]) == "http://deb.debian.org/debian")
    }

    @Test func debootstrapsHundredsOfLinesBecomeAFewStages() {
        #expect(DebootstrapStage("I: Unpacking the base system...")?.text == "unpacking the base system")
        #expect(DebootstrapStage("I: Unpacking libc6:amd64...") == nil)
    }

    @Test func addressesComeFromThePinnedKeys() throws {
        let book = LabAddressBook(knownHosts: "lb1,10.89.0.10 ssh-ed25519 A\ndb1,10.89.0.21 ssh-ed25519 B\n")
        #expect(try book.address(of: "db1") == "10.89.0.21")
        #expect(throws: LabError.unknownHost("db9", known: ["lb1", "db1"])) { try book.address(of: "db9") }
    }

    @Test func missingThingsAreNamedWithTheirRemedy() {
        let packages = LabError.missing(packages: ["debootstrap", "nftables"]).description
        #expect(packages.contains("apt-get install -y debootstrap nftables"))
        #expect(LabError.notRoot(verb: "up").description.contains("sudo intchainctl lab up"))
    }
}
