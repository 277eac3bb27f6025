import Modules

/// Whether a server that comes back reaches the one that it is to follow.
struct Reach: Sendable {
    let name: String
    let source: String

    /// - Parameter vital: what the server got as an answer.
    /// - Throws: `ModuleFailure` with what may be in the way, when it got none.
    func check(_ vital: Vital) throws {
        guard case .dead(let sign) = vital else { return }
        throw ModuleFailure(
            """
            \(name) gets no answer from \(source): \(sign)
            a server that comes back after a replace, or is new, is outside the others' firewalls until: \
            intchainctl apply playbooks/base.yml
            then do the same once more
            """)
    }
}
