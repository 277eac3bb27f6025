import CLibCrypto

/// HMAC-SHA-256 (RFC 2104) by the system's libcrypto: a digest that only the key's owner can make.
package enum MessageCode {
    /// In lower-case hexadecimal, 64 digits.
    package static func hex(_ message: some Collection<UInt8>, key: [UInt8]) -> String {
        let message = Array(message)
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
        return code.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
