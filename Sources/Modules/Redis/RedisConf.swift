/// The text of a redis.conf or sentinel.conf, and to whom it belongs.
struct RedisConf: Hashable, Sendable {
    /// The first line of a file that Sentinel rewrites: it keeps comments.
    static let mark =
        "# Seeded by intchainctl, and since then Sentinel's, which rewrites it: provisioning leaves it alone."

    var lines: [Substring]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
    }

    var isHandedOver: Bool { lines.contains { $0 == Self.mark } }

    var text: String { lines.map { $0 + "\n" }.joined() }

    /// The file with its role in it, as Sentinel wants it, in place of the included role file.
    func handedOver(roleFile: String, role: [Substring]) -> RedisConf {
        var conf = self
        conf.lines.removeAll {
            Self.words($0) == ["include", Substring(roleFile)] || $0.hasPrefix("# Written by intchainctl")
        }
        conf.lines = [Substring(Self.mark)] + conf.lines + role
        return conf
    }

    /// The file with its role in the role file again.
    func takenBack(roleFile: String) -> RedisConf {
        var conf = self
        conf.lines.removeAll { $0 == Self.mark || Self.words($0).first == "replicaof" }
        conf.lines += ["", Substring("include \(roleFile)")]
        return conf
    }

    /// Whom it names as the server's source.
    var source: String? {
        lines.map(Self.words).last { $0.first == "replicaof" }.flatMap { $0.count > 1 ? String($0[1]) : nil }
    }

    private static func words(_ line: Substring) -> [Substring] { line.split(separator: " ") }
}
