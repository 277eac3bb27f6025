/// 128 random bits in hexadecimal: a word that no output of a host contains by accident.
package struct Nonce: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init() {
        var generator = SystemRandomNumberGenerator()
        description = (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    var utf8: [UInt8] { Array(description.utf8) }
}
