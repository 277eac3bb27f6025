import Glibc
import Remote

extension Authentication {
    /// What to try: the keys that were named, the agent's, the default ones, the password.
    ///
    /// - Parameter directory: what stands for `~/.ssh`.
    static func attempts(
        for endpoint: Endpoint, identities: IdentityFiles.Identities, directory: String
    ) -> [Attempt] {
        let named = unique(([endpoint.privateKeyFile].compactMap { $0 } + identities.files).map(KeyFile.expanded))
        var attempts = named.map { Attempt.key(path: $0) }
        // The agent is asked even where only named keys are wanted: it may have them without their passphrase.
        if identities.haveAnAgent ?? (getenv("SSH_AUTH_SOCK") != nil) { attempts.append(.agent) }
        if !identities.areTheOnlyOnes || named.isEmpty {
            attempts += KeyFile.defaults(in: directory).filter { !named.contains($0) }.map { .key(path: $0) }
        }
        if let password = endpoint.password { attempts += [.password(password), .keyboard(password)] }
        return attempts
    }

    private static func unique(_ paths: [String]) -> [String] {
        paths.enumerated().filter { index, path in !paths[..<index].contains(path) }.map(\.element)
    }
}
