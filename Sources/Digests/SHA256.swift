import CLibCrypto

/// SHA-256 by the system's libcrypto, which the SSH library brings anyway.
package enum SHA256 {
    /// The digest of the bytes in lower-case hexadecimal, 64 digits, as `sha256sum` prints it.
    package static func hex(_ bytes: some Collection<UInt8>) -> String {
        if let text = bytes.withContiguousStorageIfAvailable({ hex(UnsafeRawBufferPointer($0)) }) { return text }
        return Array(bytes).withUnsafeBytes { hex($0) }
    }

    /// The same for bytes in memory, without a copy.
    package static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        let hasher = Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// A digest of what comes in pieces.
    package struct Hasher: ~Copyable {
        private let context: OpaquePointer?

        package init() {
            context = EVP_MD_CTX_new()
            EVP_DigestInit_ex(context, EVP_sha256(), nil)
        }

        deinit { EVP_MD_CTX_free(context) }

        package func update(_ bytes: UnsafeRawBufferPointer) {
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }

        /// In lower-case hexadecimal; to be called once.
        package func finish() -> String {
            var digest = [UInt8](repeating: 0, count: 32)
            var length: UInt32 = 32
            EVP_DigestFinal_ex(context, &digest, &length)
            return String(unsafeUninitializedCapacity: 64) { text in
                for (index, byte) in digest.enumerated() {
                    text[2 * index] = Self.digits[Int(byte >> 4)]
                    text[2 * index + 1] = Self.digits[Int(byte & 15)]
                }
                return 64
            }
        }

        private static let digits = Array("0123456789abcdef".utf8)
    }
}
