package import Remote

/// How `redis-cli` on a host speaks to a server: the password goes on standard input, never in argv.
package struct RedisLogin: Hashable, Sendable {
    package var address: String
    package var port: Int
    package var password: Secret?
    /// An ACL user; nil is the default one.
    package var user: String?

    package init(address: String = "127.0.0.1", port: Int = 6379, password: Secret? = nil, user: String? = nil) {
        self.address = address
        self.port = port
        self.password = password
        self.user = user
    }

    /// A run of redis-cli that reads its commands from a file. `timeout` bounds it: redis-cli waits long for a host
    /// that drops packets.
    package func client(script: Shell) -> Shell {
        "timeout 10 redis-cli --no-raw -h \(address) -p \(port) <\(script)"
    }

    /// AUTH where there is a password, then the commands, each a list of words.
    package func script(_ commands: [[String]]) -> [UInt8] {
        let login = password.map { [["AUTH"] + (user.map { [$0] } ?? []) + [$0.reveal()]] } ?? []
        let lines = (login + commands).map { $0.map(Self.quote).joined(separator: " ") + "\n" }
        return Array(lines.joined().utf8)
    }

    /// Lines that AUTH answers with.
    var loginAnswers: Int { password == nil ? 0 : 1 }

    /// A word in redis-cli's double quotes, where every byte but plain ASCII is written `\xNN`.
    static func quote(_ word: String) -> String {
        "\""
            + word.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
                case 0x20...0x7e: String(UnicodeScalar(byte))
                default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            }.joined() + "\""
    }
}

extension RedisLogin {
    /// A change made by commands; it fails when any is answered with an error.
    package func change(_ summary: String, _ commands: [[String]]) -> Change {
        Change(summary, by: .changes(execution(script: "\"$in1\""), inputs: [script(commands)]))
    }

    /// Runs a script; redis-cli itself exits 0 after an error.
    package func execution(script: Shell) -> Shell {
        """
        out=$(\(client(script: script)) 2>&1) || { printf '%s\\n' "$out" >&2; exit 1; }
        case $out in *'(error)'*|*'Could not connect'*) printf '%s\\n' "$out" | grep -v '^OK$' >&2; exit 1;; esac
        """
    }
}
