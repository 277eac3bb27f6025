import OrderedCollections
import YAML

/// A host's addresses (`ip -o addr show`) and routes (/proc/net/route) as facts.
struct NetworkAnswer {
    private struct Address {
        var interface: String
        var text: String
        var prefix: Int
        var isLocal: Bool
    }

    private let fourth: [Address]
    private let sixth: [Address]
    private let defaultRoute: (interface: String, gateway: String)?

    init(addresses: String, routes: String) {
        fourth = Self.addresses(addresses, family: "inet")
        sixth = Self.addresses(addresses, family: "inet6")
        defaultRoute = Self.defaultRoute(routes)
    }

    var facts: ValueMap {
        var facts: ValueMap = [
            "all_ipv4_addresses": .list(fourth.filter { !$0.isLocal }.map { .string($0.text) }),
            "all_ipv6_addresses": .list(sixth.filter { !$0.isLocal }.map { .string($0.text) }),
        ]
        var interfaces: OrderedSet<String> = []
        for address in fourth + sixth { interfaces.append(address.interface) }
        facts["interfaces"] = .list(interfaces.map { .string($0) })
        for address in fourth.reversed() {
            let key = address.interface.replacing("-", with: "_").replacing(".", with: "_")
            facts[.string(key)] = ["device": .string(address.interface), "ipv4": .map(Self.facts(address))]
        }
        if let route = defaultRoute, let address = fourth.first(where: { $0.interface == route.interface }) {
            var ipv4 = Self.facts(address)
            ipv4["interface"] = .string(route.interface)
            ipv4["gateway"] = .string(route.gateway)
            facts["default_ipv4"] = .map(ipv4)
        } else {
            facts["default_ipv4"] = [:]
        }
        return facts
    }

    private static func facts(_ address: Address) -> ValueMap {
        [
            "address": .string(address.text), "prefix": .string("\(address.prefix)"),
            "netmask": .string(netmask(address.prefix)),
        ]
    }

    private static func netmask(_ prefix: Int) -> String {
        (0..<4).map { String(255 & ~(255 >> min(8, max(0, prefix - $0 * 8)))) }.joined(separator: ".")
    }

    /// Lines such as `2: eth0    inet 10.0.0.12/24 brd 10.0.0.255 scope global eth0\ …`.
    private static func addresses(_ text: String, family: String) -> [Address] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 3, words[2] == family else { return nil }
            let parts = words[3].split(separator: "/")
            let interface = words[1].prefix { $0 != "@" }
            return Address(
                interface: String(interface), text: String(parts[0]),
                prefix: parts.count > 1 ? Int(parts[1]) ?? 32 : 32,
                isLocal: parts[0].hasPrefix("127.") || parts[0] == "::1")
        }
    }

    /// The default route of the least metric; addresses there are hexadecimal, lowest byte first.
    private static func defaultRoute(_ text: String) -> (interface: String, gateway: String)? {
        let lines: [[Substring]] = text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        let routes = lines.filter { $0.count > 7 && $0[1] == "00000000" && $0[7] == "00000000" }
        let best = routes.min { left, right in (Int(left[6]) ?? 0) < (Int(right[6]) ?? 0) }
        guard let best, let hex = UInt32(best[2], radix: 16) else { return nil }
        let bytes = [0, 8, 16, 24].map { shift in String((hex >> UInt32(shift)) & 255) }
        return (String(best[0]), bytes.joined(separator: "."))
    }
}
