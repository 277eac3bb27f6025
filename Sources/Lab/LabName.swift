/// The name of a lab, from which the names of everything it puts on the machine follow.
package struct LabName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// The lab that is meant when none is named.
    package static let standard = LabName(verbatim: "lab")

    /// - Throws: `LabError.badName` unless it is 1–24 of `a-z 0-9 -`, starting with a letter.
    package init(_ text: String) throws(LabError) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard allowed, (1...24).contains(text.utf8.count), text.first?.isLetter == true, text.last != "-" else {
            throw .badName(text)
        }
        self.text = text
    }

    private init(verbatim text: String) {
        self.text = text
    }

    package var description: String { text }

    /// A short form that leaves room in the 15 characters of an interface name: the name itself up to nine characters.
    private var tag: String {
        guard text.utf8.count > 9 else { return text }
        let digits = String(fingerprint % 60_466_176, radix: 36)
        return text.prefix(4) + String(repeating: "0", count: 5 - digits.count) + digits
    }

    /// A number that spreads names evenly and never changes.
    private var fingerprint: UInt64 { Fingerprint.of(text) }

    /// The bridge that the lab's hosts hang on.
    package var bridge: String { "il-\(tag)" }

    /// The machine's end of a host's cable.
    func cable(to host: LabHost) -> String { "iv\(tag).\(host.octet)" }

    /// The network namespace of a host, as `ip netns` shows it.
    func namespace(of host: LabHost) -> String { "intchain.\(text).\(host.name)" }

    /// The name under which systemd-nspawn knows a host.
    func container(of host: LabHost) -> String { "\(text)-\(host.name)" }

    /// The nftables table that holds the lab's address translation, and nothing else.
    package var table: String { "intchain_lab_\(text.replacing("-", with: "_"))" }

    /// The default lab is 10.89.0.0/24; others lie where their names put them, in 10.90.0.0 to 10.119.255.0.
    package var subnet: Subnet {
        guard self != .standard else { return Subnet(10, 89, 0) }
        let spot = fingerprint % (30 * 256)
        return Subnet(10, UInt8(90 + spot / 256), UInt8(spot % 256))
    }
}
