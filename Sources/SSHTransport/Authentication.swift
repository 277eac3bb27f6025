import CLibSSH
import Remote

/// Tries one way of logging in after the other, each without blocking.
final class Authentication {
    enum Attempt {
        case key(path: String)
        case agent
        case password(Secret)
        case keyboard(Secret)
    }

    private let host: String
    private let user: String
    private var attempts: ArraySlice<Attempt>
    private var tried: [String] = []
    private var key: ssh_key?
    private var rounds = 0

    init(host: String, user: String, attempts: [Attempt]) {
        self.host = host
        self.user = user
        self.attempts = attempts[...]
    }

    deinit { ssh_key_free(key) }

    /// True when logged in, false when the server has to answer first.
    func advance(on session: SessionHandle) throws(TransportError) -> Bool {
        while let attempt = attempts.first {
            if case .key(let path) = attempt, key == nil, let problem = load(path) {
                next(problem)
                continue
            }
            switch run(attempt, on: session) {
            case SSH_AUTH_SUCCESS.rawValue: return true
            case SSH_AUTH_AGAIN.rawValue: return false
            case SSH_AUTH_PARTIAL.rawValue: next("\(name(of: attempt)) accepted, but the server asks for more")
            case SSH_AUTH_DENIED.rawValue: next(refusal(of: attempt))
            default:
                next("\(name(of: attempt)) failed: \(session.error)")
                if ssh_is_connected(session.pointer) == 0 { attempts = [] }
            }
        }
        throw .authenticationFailed(host: host, user: user, tried: tried)
    }

    private func next(_ outcome: String) {
        tried.append(outcome)
        attempts.removeFirst()
        ssh_key_free(key)
        key = nil
    }

    private func refusal(of attempt: Attempt) -> String {
        if case .agent = attempt { return "agent has no key that is accepted" }
        return "\(name(of: attempt)) refused"
    }

    private func name(of attempt: Attempt) -> String {
        switch attempt {
        case .key(let path): "key \(path)"
        case .agent: "agent's keys"
        case .password: "password"
        case .keyboard: "password (keyboard-interactive)"
        }
    }

    /// A result of libssh's authentication functions.
    private func run(_ attempt: Attempt, on session: SessionHandle) -> Int32 {
        switch attempt {
        case .agent: ssh_userauth_agent(session.pointer, nil)
        case .password(let password): ssh_userauth_password(session.pointer, nil, password.reveal())
        case .keyboard(let password): answer(with: password, on: session)
        case .key: ssh_userauth_publickey(session.pointer, nil, key)
        }
    }

    /// Gives the password to every question whose answer is not shown, for as long as a server may sensibly ask.
    private func answer(with password: Secret, on session: SessionHandle) -> Int32 {
        while true {
            let code = ssh_userauth_kbdint(session.pointer, nil, nil)
            guard code == SSH_AUTH_INFO.rawValue else { return code }
            rounds += 1
            guard rounds <= 4 else { return SSH_AUTH_DENIED.rawValue }
            for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(session.pointer)) {
                var isShown: CChar = 0
                _ = ssh_userauth_kbdint_getprompt(session.pointer, UInt32(index), &isShown)
                let answer = isShown == 0 ? password.reveal() : ""
                _ = ssh_userauth_kbdint_setanswer(session.pointer, UInt32(index), answer)
            }
        }
    }

    /// Why the key cannot be used; nil when it is loaded.
    private func load(_ path: String) -> String? {
        let code = ssh_pki_import_privkey_file(path, nil, nil, nil, &key)
        if code == SSH_OK { return nil }
        switch KeyFile(path) {
        case .missing: return "key \(path) does not exist"
        case .unreadable(let reason): return "key \(path) cannot be read: \(reason)"
        case .encrypted: return "key \(path) has a passphrase (add it to the agent)"
        case .plain: return "key \(path) is no private key that can be used"
        }
    }
}
