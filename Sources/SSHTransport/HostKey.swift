/// A public host key as `ssh-keyscan` and `authorized_keys` write it: `ssh-ed25519 AAAA…`.
struct HostKey: Hashable, Sendable {
    let type: String
    let base64: String

    init(type: String, base64: String) {
        self.type = type
        self.base64 = base64
    }

    /// Takes a key alone, or a line of a known_hosts file; nil when there is no key in it.
    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard
            let index = words.firstIndex(where: {
                $0.hasPrefix("ssh-") || $0.hasPrefix("ecdsa-") || $0.hasPrefix("sk-")
            }),
            index + 1 < words.count
        else { return nil }
        type = words[index]
        base64 = words[index + 1]
    }

    /// The signature algorithms that prove this key.
    var algorithms: [String] {
        type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]
    }
}
