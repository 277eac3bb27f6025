import CLibCrypto

/// The hash functions that templates ask for, by the system's libcrypto.
package enum Digest: String, Sendable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512

    /// The digest of the bytes.
    package func bytes(_ input: some Collection<UInt8>) -> [UInt8] {
        let input = Array(input)
        var digest = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        EVP_Digest(input, input.count, &digest, &length, function, nil)
        return Array(digest.prefix(Int(length)))
    }

    /// The digest in lower-case hexadecimal.
    package func hex(_ input: some Collection<UInt8>) -> String {
        bytes(input).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    private var function: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha224: EVP_sha224()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
