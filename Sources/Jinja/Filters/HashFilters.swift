import Digests
import YAML

extension Filter {
    /// Filters that hash and encode.
    static let hashFilters: [String: Filter] = [
        "hash": .text(["hashtype"]) { text, arguments in
            let name = try arguments.string("hashtype") ?? "sha1"
            guard let digest = Digest(rawValue: name) else {
                let known = Digest.allCases.map(\.rawValue).joined(separator: ", ")
                throw Fault("filter 'hash' knows no '\(name)'", hint: "use \(known)")
            }
            return .string(digest.hex(text.utf8))
        },
        "md5": .text { text, _ in .string(Digest.md5.hex(text.utf8)) },
        "sha1": .text { text, _ in .string(Digest.sha1.hex(text.utf8)) },
        "checksum": .text { text, _ in .string(Digest.sha1.hex(text.utf8)) },
        "password_hash": .text(["hashtype", "salt", "salt_size", "rounds", "ident"]) { text, arguments in
            .string(try passwordHash(of: text, arguments))
        },
        "b64encode": .text(["encoding", "urlsafe"]) { text, arguments in
            .string(Base64Text.encoded(Array(text.utf8), isURLSafe: try arguments.flag("urlsafe")))
        },
        "b64decode": .text(["encoding", "urlsafe"]) { text, _ in
            guard let bytes = Base64Text.decoded(text) else { throw Fault("filter 'b64decode' got no base64") }
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                throw Fault("filter 'b64decode' got the base64 of something that is no UTF-8 text")
            }
            return .string(decoded)
        },
        "to_uuid": .text(["namespace"]) { text, arguments in
            let namespace = try arguments.string("namespace") ?? "361e6d51-faec-444a-9079-341386da8e2e"
            return .string(try nameBasedUUID(text, namespace: namespace))
        },
    ]

    private static func passwordHash(of password: String, _ arguments: BoundArguments) throws -> String {
        let name = try arguments.string("hashtype") ?? "sha512"
        let scheme: PasswordHash.Scheme
        let usualRounds: Int
        switch name {
        case "sha512", "sha512_crypt": (scheme, usualRounds) = (.sha512, 656_000)
        case "sha256", "sha256_crypt": (scheme, usualRounds) = (.sha256, 535_000)
        default: throw Fault("filter 'password_hash' does not support '\(name)'", hint: "use sha512 or sha256")
        }
        let rounds = try arguments.int("rounds") ?? usualRounds
        guard (1000...10_000_000).contains(rounds) else { throw Fault("'rounds' must be from 1000 to 10000000") }
        let size = try arguments.int("salt_size") ?? 16
        let salt = try arguments.string("salt") ?? randomSalt(min(max(size, 1), 16))
        guard salt.unicodeScalars.allSatisfy({ Base64Text.cryptAlphabet.contains($0) }), salt.utf8.count <= 16 else {
            throw Fault("a salt is up to 16 letters, digits, dots and slashes")
        }
        return PasswordHash(scheme, rounds: rounds).text(of: password, salt: salt)
    }

    private static func randomSalt(_ size: Int) -> String {
        String((0..<size).compactMap { _ in Base64Text.cryptAlphabet.randomElement() })
    }

    /// RFC 9562's version 5.
    private static func nameBasedUUID(_ name: String, namespace: String) throws -> String {
        let digits = Array(namespace.utf8.filter { $0 != UInt8(ascii: "-") })
        let space = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard digits.count == 32, space.count == 16 else { throw Fault("'\(namespace)' is no UUID") }
        var bytes = Array(Digest.sha1.bytes(space + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return [hex[0..<4], hex[4..<6], hex[6..<8], hex[8..<10], hex[10...]].map { $0.joined() }.joined(separator: "-")
    }
}
