/// A /24 of IPv4 addresses.
package struct Subnet: Hashable, Sendable, CustomStringConvertible {
    private let first: UInt8
    private let second: UInt8
    private let third: UInt8

    package init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// The address whose last number is this.
    package func address(_ octet: UInt8) -> String { "\(first).\(second).\(third).\(octet)" }

    /// The machine's own address in it.
    package var gateway: String { address(1) }

    /// A locally administered hardware address made from the same numbers.
    func hardwareAddress(_ octet: UInt8) -> String {
        let numbers = [0x02, 0, first, second, third, octet]
        return numbers.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    package var description: String { "\(address(0))/24" }

    /// Whether a network in CIDR form shares addresses with this one; false for what is not one.
    func overlaps(_ cidr: String) -> Bool {
        let parts = cidr.split(separator: "/")
        let numbers = parts.first?.split(separator: ".").compactMap { UInt8($0) } ?? []
        guard parts.count == 2, numbers.count == 4, let length = Int(parts[1]), (0...32).contains(length) else {
            return false
        }
        let theirs = numbers.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let ours = [first, second, third, 0].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let bits = min(length, 24)
        return bits == 0 || theirs >> UInt32(32 - bits) == ours >> UInt32(32 - bits)
    }
}

/// Addresses that the machine already has, as `ip -4 -o addr show` prints them.
struct InterfaceAddress: Hashable {
    let interface: String
    let cidr: String

    static func parse(_ text: String) -> [InterfaceAddress] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 3, words[2] == "inet" else { return nil }
            return InterfaceAddress(interface: String(words[1]), cidr: String(words[3]))
        }
    }
}
