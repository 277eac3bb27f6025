package import Remote

/// Does a password open an account? Tried from an address of the host itself that the account's host pattern covers.
package struct LoginProbe: Probe {
    package var user: String
    package var host: String
    package var password: Secret
    package var requiresTLS: Bool
    /// Where the server listens, as the administrator's login has it.
    package var login: MySQLLogin

    package enum Finding: Hashable, Sendable {
        case accepted
        case denied
        /// No address of the host is covered by the pattern, or the server did not answer.
        case unknown
    }

    package static func shell(for probes: [Self]) -> Shell {
        .lines(probes.enumerated().map { $1.shell(optionFile: "\"$in\($0 + 1)\"") })
    }

    package static func inputs(for probes: [Self]) -> [[UInt8]] { probes.map { $0.trial.optionFile } }

    package static func parse(_ reply: Reply, for probes: [Self]) throws -> [Finding] {
        let lines = reply.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let answers = lines.split(separator: "=").map(Array.init)
        guard answers.count >= probes.count else {
            throw ModuleFailure("mysql: \(answers.count) answers to \(probes.count) trial logins")
        }
        return zip(probes, answers).map { $0.finding($1) }
    }

    private var trial: MySQLLogin {
        MySQLLogin(
            user: user, password: password, port: login.port, socket: host == "localhost" ? login.socket : nil,
            requiresTLS: requiresTLS, connectTimeout: 5)
    }

    /// One `?address` line for each address that is tried, the client's answer after it, `=` at the end.
    private func shell(optionFile: Shell) -> Shell {
        let client = trial.client(optionFile: optionFile)
        let ask: Shell = "-e 'SELECT CURRENT_USER()' 2>&1 | sed 's/^/|/'"
        if host == "localhost" { return "echo '?'; \(client) \(ask); echo =" }
        return """
            echo '?'
            for address in 127.0.0.1 $(hostname -I 2>/dev/null); do
            case $address in \(Shell(verbatim: pattern))) \(client) --protocol=tcp -h "$address" --get-server-public-key \(ask); break;; esac
            done; echo =
            """
    }

    /// MySQL's host pattern as one of the shell: `%` is `*`, `_` is `?`; everything else is quoted.
    private var pattern: String {
        host.map { character in
            switch character {
            case "%": "*"
            case "_": "?"
            default: Shell.quote(String(character))
            }
        }.joined()
    }

    private func finding(_ lines: [String]) -> Finding {
        let answers = lines.filter { $0.hasPrefix("|") }.map { $0.dropFirst() }
        if answers.contains("\(user)@\(host)") { return .accepted }
        // 1862, 1820: the password was right but has expired.
        if answers.contains(where: { $0.hasPrefix("ERROR 1862") || $0.hasPrefix("ERROR 1820") }) { return .accepted }
        return answers.contains { $0.hasPrefix("ERROR 1045") } ? .denied : .unknown
    }
}

extension LoginProbe: CustomStringConvertible {
    package var description: String { "of \(user)'s password" }
}
