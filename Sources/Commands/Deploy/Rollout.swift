import Modules
import Playbooks
import Rollouts
import Synchronization
import YAML

/// What `deploy` and `rollback` do with their playbooks: run them, and exit as the rollout ended.
struct Rollout {
    var command: PlaybookCommand
    /// What is being done, for the lock; no options, which may hold secrets.
    var name: String
    var lock: LockFlags

    /// - Throws: `ExitCode` unless every server serves the release.
    func run(_ loaded: PlaybookCommand.Loaded) async throws {
        let watch = RolloutWatch()
        let recap = try await command.run(loaded, as: name, lock, also: watch)
        try ExitStatus(of: recap, end: watch.end).throwUnlessDone()
    }
}

/// Notes how a rollout ended, as its playbook says it.
final class RolloutWatch: RunObserver {
    private let told = Mutex<RolloutEnd?>(nil)

    /// nil when the playbook did not come so far.
    var end: RolloutEnd? { told.withLock { $0 } }

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event, report.task.module == RolloutModule.name,
            let end = report.result["outcome"]?.string.flatMap(RolloutEnd.init(rawValue:))
        else { return }
        told.withLock { $0 = end }
    }
}

extension ExitStatus {
    /// The code of a rollout: a release that was taken back is told from a run that failed.
    init(of recap: Recap, end: RolloutEnd?) {
        switch end {
        case .rolledBack: self = .rolledBack
        case .rollbackFailed: self = .rollbackFailed
        default: self = ExitStatus(of: recap)
        }
    }
}
