import Remote

/// A way to an address on a host whose sshd forbids to forward connections: a login shell starts bash, which connects and
/// copies. Who may run commands there could do so by himself (sshd_config(5) says as much of `AllowTcpForwarding`).
///
/// Bytes may come in the middle of a step, so it is a class. Used on its loop's thread only.
final class ShellBridge {
    /// How many a connection carries at once: a server admits ten sessions to one, of which shells are some.
    static let most = 6

    private enum Step { case opening, requesting, connecting, open }

    /// What the host is asked to run.
    let command: String
    private let greeting: [UInt8]
    private var step = Step.opening
    private var output: [UInt8] = []
    private var errors: [UInt8] = []

    var isOpen: Bool { step == .open }

    /// - Returns: nil for an address that is no name and no number.
    init?(to address: String, port: Int) {
        let legal = address.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard legal, !address.isEmpty else { return nil }
        let nonce = Nonce().description
        greeting = Array("+\(nonce)\n".utf8)
        // As the loop's text, without what a login shell may take for its own. Only the first of the two that copy holds
        // the channel's output, whose end is the address's; it may take a second to bring what is under way.
        command =
            "exec bash -c 'k=\(nonce); exec 3<>/dev/tcp/\(address)/\(port) || exit 1; echo +$k; cat <&3 3>&- & "
            + "exec >&3 3>&-; cat; exec >&-; kill -0 %1 && sleep 1 && kill %1'"
    }

    /// Takes a step on the channel.
    /// - Returns: whether it could; nothing is left to do when it `isOpen`.
    /// - Throws: `LibSSHError` when it can't be opened.
    func advance(on channel: Channel) throws(LibSSHError) -> Bool {
        switch step {
        case .opening: if try !channel.open() { return false }
        case .requesting: if try !channel.execute(command) { return false }
        case .connecting:
            guard let found = output.firstRange(of: greeting) else {
                guard channel.hasEnded || channel.isClosed else { return false }
                throw LibSSHError(message: "its sshd forbids TCP forwarding, and in place of that: \(reason)")
            }
            output.removeSubrange(..<found.upperBound)
        case .open: return false
        }
        step = step == .opening ? .requesting : step == .requesting ? .connecting : .open
        return true
    }

    /// Takes what comes before it is open.
    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) {
        if isError { errors += bytes } else { output += bytes }
    }

    /// What came right behind the greeting.
    func takeRest() -> [UInt8] {
        defer { output = [] }
        return output
    }

    private var reason: String {
        let lines = String(decoding: errors.suffix(2000), as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.first.map(String.init) ?? "bash could not connect"
    }
}

extension LibSSHError {
    /// Whether a server opens no channel of the kind at all, or none to this address (RFC 4254, 5.1: reason 1). libssh
    /// tells that number in its text only.
    var isProhibition: Bool { message.contains("error (1)") }
}
