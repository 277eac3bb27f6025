import CLibSSH
import Remote

/// Decides whether the server is the one it should be, after the key exchange and before anything is told to it.
struct HostKeyCheck {
    let endpoint: Endpoint
    /// The fingerprint of a key that the user accepts: it is recorded.
    let accepted: String?

    func run(on session: SessionHandle) throws(TransportError) {
        guard let offered = session.serverKey() else {
            throw .lost(host: endpoint.name, reason: "the server has no host key: \(session.error)")
        }
        if !endpoint.hostKeys.isEmpty {
            guard endpoint.hostKeys.compactMap({ HostKey(line: $0) }).contains(offered.key) else {
                throw .changedHostKey(host: endpoint.name, fingerprint: offered.fingerprint, known: "the inventory")
            }
            return
        }
        switch ssh_session_is_known_server(session.pointer) {
        case SSH_KNOWN_HOSTS_OK: return
        case SSH_KNOWN_HOSTS_CHANGED, SSH_KNOWN_HOSTS_OTHER:
            let file = session.get(SSH_OPTIONS_KNOWNHOSTS) ?? "known_hosts"
            throw .changedHostKey(host: endpoint.name, fingerprint: offered.fingerprint, known: file)
        case SSH_KNOWN_HOSTS_UNKNOWN, SSH_KNOWN_HOSTS_NOT_FOUND:
            try accept(offered.fingerprint, on: session)
        default: throw .lost(host: endpoint.name, reason: "cannot check the host key: \(session.error)")
        }
    }

    private func accept(_ fingerprint: String, on session: SessionHandle) throws(TransportError) {
        guard fingerprint == accepted else {
            throw .unknownHostKey(
                host: endpoint.name, fingerprint: fingerprint,
                accept: (["intchainctl", "ssh", Shell.quote(endpoint.name), "--accept-host-key", fingerprint]
                    + endpoint.commandOptions.map(Shell.quote)).joined(separator: " "))
        }
        guard ssh_session_update_known_hosts(session.pointer) == SSH_OK else {
            throw .lost(host: endpoint.name, reason: "cannot record the host key: \(session.error)")
        }
    }
}

extension SessionHandle {
    /// The key that the server has proved to own, and its fingerprint (`SHA256:…`).
    fileprivate func serverKey() -> (key: HostKey, fingerprint: String)? {
        var key: ssh_key?
        guard ssh_get_server_publickey(pointer, &key) == SSH_OK, let key else { return nil }
        defer { ssh_key_free(key) }
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0, let hash else { return nil }
        var clean: UnsafeMutablePointer<UInt8>? = hash
        defer { ssh_clean_pubkey_hash(&clean) }
        var base64: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK, let base64,
            let fingerprint = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length),
            let type = ssh_key_type_to_char(ssh_key_type(key))
        else { return nil }
        defer {
            ssh_string_free_char(base64)
            ssh_string_free_char(fingerprint)
        }
        return (HostKey(type: String(cString: type), base64: String(cString: base64)), String(cString: fingerprint))
    }
}
