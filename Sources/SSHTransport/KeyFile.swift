import Glibc

/// What is known about a private key's file without reading the key.
enum KeyFile: Hashable, Sendable {
    case missing
    case unreadable(String)
    case encrypted
    case plain

    init(_ path: String) {
        guard let file = fopen(path, "re") else {
            self = errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)).lowercased())
            return
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        self = Self.isEncrypted(text) ? .encrypted : .plain
    }

    private static func isEncrypted(_ text: String) -> Bool {
        guard text.contains("BEGIN OPENSSH PRIVATE KEY") else { return text.contains("ENCRYPTED") }
        // "openssh-key-v1", a zero, the length 4, "none": the cipher of a key without a passphrase.
        return !text.contains("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU")
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The keys that are tried without being named, those that exist.
    static func defaults(in directory: String) -> [String] {
        ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(directory)/\($0)" }.filter(exists)
    }

    /// The home directory as the account database has it, like libssh and OpenSSH.
    static var home: String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/root"
    }

    /// `~/…` with the home directory in place of the tilde.
    static func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? home + path.dropFirst() : path
    }
}
