import Remote

/// A session that has been configured but not dialled.
struct PreparedSession {
    let endpoint: Endpoint
    let destination: Destination
    let handle: SessionHandle
    let acceptedKey: String?
    let identities: IdentityFiles.Identities
    /// What stands for `~/.ssh`.
    let directory: String
    let deadline: ContinuousClock.Instant
}
