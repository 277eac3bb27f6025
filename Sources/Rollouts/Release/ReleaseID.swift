/// The name of a release: its version, if it has one, and the first digits of its manifest's digest.
package struct ReleaseID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Returns: nil for text that is no plain file name.
    package init?(_ text: String) {
        let legal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard legal, !text.isEmpty, text.utf8.count <= 100, !text.hasPrefix("."), !text.hasPrefix("-") else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (left: ReleaseID, right: ReleaseID) -> Bool { left.text < right.text }
}
