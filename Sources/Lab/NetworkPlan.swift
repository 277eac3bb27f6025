/// The commands that make and remove the lab's network.
struct NetworkPlan: Hashable {
    let lab: LabName
    /// The largest packet that the machine's way out carries; a larger one would get lost behind the translation.
    let mtu: Int

    /// A bridge with the machine's address. Safe to run again.
    func bridge(exists: Bool) -> [Command] {
        let add = "link add name \(lab.bridge) type bridge\n"
        let set = """
            link set dev \(lab.bridge) mtu \(mtu) up
            addr replace \(lab.subnet.gateway)/24 dev \(lab.bridge)

            """
        return [Command("ip", ["-batch", "-"], input: exists ? set : add + set)]
    }

    /// Hosts reach the world as the machine does. The first two lines make that the table is replaced, never doubled.
    var translation: Command {
        Command(
            "nft", ["-f", "-"],
            input: """
                table ip \(lab.table)
                delete table ip \(lab.table)
                table ip \(lab.table) {
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        ip saddr \(lab.subnet) ip daddr != \(lab.subnet) masquerade
                    }
                }

                """)
    }

    /// What lets the lab's packages through where the machine forwards nothing by default: Docker sets it up so.
    var admissions: [[String]] {
        [["-i", lab.bridge, "-j", "ACCEPT"], ["-o", lab.bridge, "-j", "ACCEPT"]]
    }

    /// Asks for the default; `-P FORWARD DROP` is the first line of an answer that calls for admissions.
    static let forwarding = Command("iptables", ["-w", "-S", "FORWARD"])

    /// A namespace with a cable to the bridge. What an earlier session left must be removed before.
    func attach(_ host: LabHost) -> [Command] {
        let namespace = lab.namespace(of: host)
        let cable = lab.cable(to: host)
        // A host that starts again must not look like another: its neighbours remember its hardware address for a while.
        let mac = lab.subnet.hardwareAddress(host.octet)
        return [
            Command(
                "ip", ["-batch", "-"],
                input: """
                    netns add \(namespace)
                    link add name \(cable) mtu \(mtu) type veth peer name eth0 mtu \(mtu) address \(mac) netns \(namespace)
                    link set dev \(cable) master \(lab.bridge) up

                    """),
            Command(
                "ip", ["-n", namespace, "-batch", "-"],
                input: """
                    link set dev lo up
                    addr add \(lab.subnet.address(host.octet))/24 dev eth0
                    link set dev eth0 up
                    route add default via \(lab.subnet.gateway)

                    """),
        ]
    }

    /// Each may fail: it removes what may not be there.
    func detach(_ host: LabHost) -> [Command] {
        [
            Command("ip", ["link", "delete", "dev", lab.cable(to: host)]),
            Command("ip", ["netns", "delete", lab.namespace(of: host)]),
        ]
    }

    /// Each may fail: it removes what may not be there.
    var remove: [Command] {
        admissions.map { Command("iptables", ["-w", "-D", "FORWARD"] + $0) } + [
            Command("nft", ["delete", "table", "ip", lab.table]),
            Command("ip", ["link", "delete", "dev", lab.bridge]),
        ]
    }
}
