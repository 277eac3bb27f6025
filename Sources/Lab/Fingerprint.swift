/// The 64-bit FNV-1a hash: the same on every machine and in every run, unlike `Hasher`. Not for secrets.
enum Fingerprint {
    static func of(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
}
