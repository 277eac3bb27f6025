import Testing

@testable import Lab

@Suite struct SubnetTests {
    private let subnet = Subnet(10, 89, 0)

    @Test(arguments: ["10.89.0.1/24", "10.89.0.77/32", "10.89.1.1/16", "10.0.0.1/8", "0.0.0.0/0"])
    func overlapsNetworksThatShareAddresses(_ cidr: String) {
        #expect(subnet.overlaps(cidr))
    }

    @Test(arguments: ["10.89.1.1/24", "10.88.255.255/16", "192.168.1.1/24", "fd00::2/64", "nonsense", "10.89.0.1"])
    func overlapsNothingElse(_ cidr: String) {
        #expect(!subnet.overlaps(cidr))
    }

    @Test func hardwareAddressesFollowTheAddresses() {
        #expect(subnet.hardwareAddress(10) == "02:00:0a:59:00:0a")
    }

    @Test func readsTheMachinesAddresses() {
        let text = """
            1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
            4: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever
            4: eth0    inet6 fd00::2/64 scope global
            """
        #expect(
            InterfaceAddress.parse(text) == [
                InterfaceAddress(interface: "lo", cidr: "127.0.0.1/8"),
                InterfaceAddress(interface: "eth0", cidr: "192.0.2.2/24"),
            ])
    }
}
