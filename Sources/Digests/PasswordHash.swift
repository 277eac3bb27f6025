/// The password hashes of `/etc/shadow`: crypt(3)'s SHA-256 (`$5$`) and SHA-512 (`$6$`).
///
/// Source of the scheme: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6.
package struct PasswordHash: Sendable {
    package enum Scheme: Sendable {
        case sha256, sha512

        var digest: Digest { self == .sha256 ? .sha256 : .sha512 }
        var size: Int { self == .sha256 ? 32 : 64 }
        var mark: String { self == .sha256 ? "5" : "6" }
    }

    private let scheme: Scheme
    private let rounds: Int

    /// - Parameter rounds: 1000 to 999 999 999; nil is crypt's default of 5000, which is not written into the hash.
    package init(_ scheme: Scheme, rounds: Int? = nil) {
        self.scheme = scheme
        self.rounds = min(max(rounds ?? PasswordHash.defaultRounds, 1000), 999_999_999)
    }

    private static let defaultRounds = 5000

    /// `$6$rounds=…$salt$hash`. Of the salt, the first 16 bytes count.
    package func text(of password: String, salt: String) -> String {
        let salt = Array(salt.utf8.prefix(16))
        let digest = stretched(Array(password.utf8), salt: salt)
        let shownRounds = rounds == PasswordHash.defaultRounds ? "" : "rounds=\(rounds)$"
        return "$\(scheme.mark)$\(shownRounds)\(String(decoding: salt, as: UTF8.self))$\(encoded(digest))"
    }

    private func stretched(_ password: [UInt8], salt: [UInt8]) -> [UInt8] {
        var digest = start(password, salt: salt)
        let repeatedPassword = filled(
            password.count, with: hash(Array(repeating: password, count: password.count).flatMap(\.self)))
        let saltCount = 16 + Int(digest[0])
        let repeatedSalt = filled(salt.count, with: hash(Array(repeating: salt, count: saltCount).flatMap(\.self)))
        for round in 0..<rounds {
            var input = round % 2 == 1 ? repeatedPassword : digest
            if round % 3 != 0 { input += repeatedSalt }
            if round % 7 != 0 { input += repeatedPassword }
            input += round % 2 == 1 ? digest : repeatedPassword
            digest = hash(input)
        }
        return digest
    }

    private func start(_ password: [UInt8], salt: [UInt8]) -> [UInt8] {
        let alternate = hash(password + salt + password)
        var input = password + salt + filled(password.count, with: alternate)
        var length = password.count
        while length > 0 {
            input += length % 2 == 1 ? alternate : password
            length /= 2
        }
        return hash(input)
    }

    private func hash(_ bytes: [UInt8]) -> [UInt8] { scheme.digest.bytes(bytes) }

    private func filled(_ count: Int, with bytes: [UInt8]) -> [UInt8] {
        (0..<count).map { bytes[$0 % bytes.count] }
    }

    private static let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// crypt's own base 64, three bytes at a time in the order that the scheme prescribes.
    private func encoded(_ digest: [UInt8]) -> String {
        var text: [UInt8] = []
        let third = scheme.size / 3
        var (first, second, last) = (0, third, 2 * third)
        for _ in 0..<third {
            text += group(digest[first], digest[second], digest[last], count: 4)
            (first, second, last) =
                scheme == .sha512 ? (second + 1, last + 1, first + 1) : (last + 1, first + 1, second + 1)
        }
        text += scheme == .sha512 ? group(0, 0, digest[63], count: 2) : group(0, digest[31], digest[30], count: 3)
        return String(decoding: text, as: UTF8.self)
    }

    private func group(_ high: UInt8, _ middle: UInt8, _ low: UInt8, count: Int) -> [UInt8] {
        var bits = Int(high) << 16 | Int(middle) << 8 | Int(low)
        return (0..<count).map { _ in
            defer { bits >>= 6 }
            return PasswordHash.alphabet[bits & 0x3F]
        }
    }
}
