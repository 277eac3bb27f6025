/// Where an endpoint really is, after `~/.ssh/config` was asked.
struct Destination: Hashable, Sendable {
    var address: String
    var port: Int
    var user: String
    /// What runs in place of a TCP connection, its tokens replaced; ProxyJump arrives here as `ssh -W`.
    var proxyCommand: String?

    /// For messages: `10.0.0.12:22`.
    var description: String { "\(address):\(port)" }

    /// Replaces `%h`, `%p`, `%r`, `%n` and `%%` as OpenSSH does.
    static func expand(_ command: String, host: String, name: String, port: Int, user: String) -> String {
        var text = ""
        var isToken = false
        for character in command {
            guard isToken else {
                if character == "%" { isToken = true } else { text.append(character) }
                continue
            }
            isToken = false
            switch character {
            case "h": text += host
            case "n": text += name
            case "p": text += String(port)
            case "r": text += user
            case "%": text += "%"
            default: text += "%\(character)"
            }
        }
        return text
    }
}
