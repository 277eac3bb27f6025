import ArgumentParser
import Playbooks
import Synchronization
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl deploy DIR`: rolls a release over the app servers, by `playbooks/deploy.yml`.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Roll a release over the app servers, one at a time, without a failed request.")

    @Argument(
        help: "The release: a folder, as scripts/package-release makes it, or a file of 'release pack'.",
        completion: .file())
    var release: String

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @OptionGroup var migrations: MigrationFlags

    @OptionGroup var hooks: HookFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    func run() async throws {
        let context = Context.live()
        guard context.files.exists(release) || !context.files.list(release).isEmpty else {
            throw CommandFailure(
                "there is no release in '\(release)'",
                hint: "make one with scripts/package-release or 'intchainctl release pack'", status: .usage)
        }
        let folder = ProjectPath.join(FileManager.default.currentDirectoryPath, release)
        let command = PlaybookCommand(context: context, flags: flags, check: check, diff: diff)
        let variables = migrations.variables.merging(hooks.variables) { $1 }
            .merging(["release_src": .string(folder)]) { $1 }
        let loaded = try command.load(try SitePlaybook("deploy", context: context).path, variables: variables)
        let identity = RunIdentity("deploy \(release)", environment: context.environment)
        let status = try await RolloutNotices.telling(loaded, of: identity, by: command) { notices in
            let failures = FailureCollector()
            let observer = PairedView(first: failures, second: notices)
            let recap = try await command.run(loaded, of: identity, lock, also: observer)
            return RolloutOutcome(recap, failures: failures.all).status
        }
        try status.throwUnlessDone()
    }
}

/// A rollout's exit code: 6 when a failed release was taken back, 7 when the way back failed too.
struct RolloutOutcome {
    let status: ExitStatus

    /// The playbook's rescue goes back to the release before and then ends the rollout with a `fail` task: a host that
    /// failed anywhere else in its rescue did not get back.
    init(_ recap: Recap, failures: [TaskReport]) {
        let plain = ExitStatus(of: recap)
        let rescued = Set(recap.hosts.filter { $0.rescued > 0 }.map(\.host))
        guard plain == .hostFailed, !rescued.isEmpty else {
            status = plain
            return
        }
        let last = Dictionary(failures.map { ($0.host, $0.task.module) }, uniquingKeysWith: { $1 })
        status = rescued.allSatisfy { last[$0] == "ansible.builtin.fail" } ? .rolledBack : .rollbackFailed
    }
}

/// Keeps the reports of failed tasks.
final class FailureCollector: RunObserver {
    private let reports = Mutex<[TaskReport]>([])

    var all: [TaskReport] { reports.withLock { $0 } }

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event, report.status == .failed else { return }
        reports.withLock { $0.append(report) }
    }
}
