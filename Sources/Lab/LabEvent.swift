/// What a command of the lab is doing.
package enum LabEvent: Hashable, Sendable {
    case began(String)
    /// What a long step is doing right now.
    case detail(String)
    case ended(String, after: Duration)
    /// Something worth knowing that is no step.
    case note(String)
}

package typealias LabProgress = @Sendable (LabEvent) -> Void
