import Modules

/// What a saved plan lets a run do: nothing else is done.
package struct ChangePermit: Sendable {
    private let plan: SavedPlan

    package init(_ plan: SavedPlan) { self.plan = plan }

    /// - Parameter isFirstChange: the run has not changed the host yet, so that the changes must be the very same. After
    ///   others they are made from what those have left behind.
    /// - Throws: `ModuleFailure` when the plan has no such changes.
    func check(_ key: PlanKey, _ changes: [Change], isFirstChange: Bool) throws {
        let summary = changes.map(\.summary).joined(separator: "; ")
        switch plan.entry(key)?.kind {
        case .later: return
        case .changes:
            guard isFirstChange else { return }
            guard plan.entry(key)?.seal == plan.seal.code(ChangeDigest(changes).hex) else {
                throw ModuleFailure("not done, since it is not what the plan says: \(summary)")
            }
        case .acts, nil: throw ModuleFailure("not done, since the plan has no such change: \(summary)")
        }
    }

    /// - Throws: `ModuleFailure` when the plan does not know that this task acts.
    func checkAction(_ key: PlanKey) throws {
        switch plan.entry(key)?.kind {
        case .acts, .later: return
        case .changes, nil: throw ModuleFailure("not run, since the plan has it not")
        }
    }
}
