import CLibCrypto

/// SHA-256 by the system's libcrypto, which the SSH library brings anyway.
package enum SHA256 {
    /// The digest of the bytes in lower-case hexadecimal, 64 digits, as `sha256sum` prints it.
    package static func hex(_ bytes: some Collection<UInt8>) -> String {
        let input = Array(bytes)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        EVP_Digest(input, input.count, &digest, &length, EVP_sha256(), nil)
        return digest.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
