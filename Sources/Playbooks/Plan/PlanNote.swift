/// What a plan needs to know of a task's end besides its report.
package struct PlanNote: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// It would change the host.
        case changes
        /// It always acts, so that what it would do can't be told.
        case acts
        /// It can be told only after an earlier task.
        case later
    }

    package var kind: Kind
    /// SHA-256 of all that it would do: never shown or kept as it is, since it may be made from secrets.
    package var digest: String?
    /// The number of the loop's item, from 0; nil without a loop, and for a loop that can't be told yet.
    package var index: Int?
    /// The tasks that it hangs on.
    package var after: [String] = []
    /// It acts without changing anything (`changed_when: false`).
    package var isQuiet = false

    init(_ kind: Kind, digest: String? = nil, after: [String] = []) {
        self.kind = kind
        self.digest = digest
        self.after = after
    }
}
