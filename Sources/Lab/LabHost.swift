/// One server of a lab: what the inventory says about it.
package struct LabHost: Hashable, Sendable, Codable {
    package let name: String
    /// The inventory group it belongs to.
    package let group: String
    /// The last number of its address.
    package let octet: UInt8
    /// What the inventory states as its memory; a host really sees the machine's.
    package let memoryMB: Int
}
