import Modules
import OrderedCollections
import Playbooks
import Rollouts
import YAML

/// What `deploy`, `rollback`, `resume` and `abort` do with their playbooks: run them under the site's lock, keep the
/// journal, and exit as the rollout ended.
struct Rollout {
    var command: PlaybookCommand
    /// `deploy`, `rollback`, `abort`: what `resume` would go on with.
    var kind: String
    /// What is being done, for the lock and the journal; no options, which may hold secrets.
    var name: String
    var lock: LockFlags
    /// The release's folder or file on this machine.
    var source: String?
    /// The release's id, where it is known before the run.
    var release: String?
    /// What a resumed run gives its playbook again.
    var variables: ValueMap = [:]
    /// The run that this one goes on with.
    var resumes: String?
    /// When the newest run began; nil when nobody has looked so far.
    var newest: Int?

    init(command: PlaybookCommand, kind: String, name: String, lock: LockFlags) {
        self.command = command
        self.kind = kind
        self.name = name
        self.lock = lock
    }

    /// What the command's flags say; a resumed run is given it again.
    mutating func give(_ variables: [String: Value]) {
        for (name, value) in variables { self.variables[.string(name)] = value }
    }

    /// - Throws: `ExitCode` unless every server serves what it should.
    func run(_ loaded: PlaybookCommand.Loaded) async throws {
        guard !command.check else {
            return try ExitStatus(of: try await command.run(loaded)).throwUnlessDone()
        }
        let context = command.context
        let identity = RunIdentity(name, environment: context.environment)
        let lock = SiteLock(identity.lockRecord(), terms: lock.terms, stop: context.stop) { context.console.say($0) }
        let desk = try RunDesk(command, loaded)
        let known = if let newest { newest } else { await desk.look(within: .seconds(4)).runs.first?.start }
        await desk.close()
        let journal = RunJournal(
            identity, beginning: try begun(), local: desk.local, hosts: desk.hosts, remote: desk.remote,
            console: context.console, after: known)
        try await journal.open()
        var loaded = loaded
        loaded.options.extraVars["rollout_run"] = Node(value: .string(identity.id), at: "the command line")
        let status = try await RolloutNotices.telling(loaded, of: identity, by: command) { notices in
            let observer = PairedView(first: journal, second: notices)
            let recap = try await command.run(loaded, under: lock, journal: journal, also: observer)
            if let refusal = lock.refusal { throw CommandFailure("\(refusal)", status: .lockHeld) }
            return ExitStatus(of: recap, end: await journal.end, skipping: loaded.options.skipsUnreachable)
        }
        if status != .done || Task.isCancelled, await journal.isOpen {
            context.console.say(
                "run \(identity.id): go on with 'intchainctl resume', or undo it with 'intchainctl abort'")
        }
        try status.throwUnlessDone()
    }

    private func begun() throws -> ValueMap {
        var fields: ValueMap = [
            "kind": .string(kind), "inventory": .list(try command.flags.inventory.paths().map(Value.string)),
            "variables": .map(variables),
        ]
        let given = try GivenVariables(command.flags.playbook)
        fields["extra_vars"] = .list(given.texts.map(Value.string))
        fields["withheld"] = .list(given.withheld.map(Value.string))
        if let standIn = command.standIn { fields["stand_in"] = standIn.value }
        for (name, value) in [("source", source), ("release", release), ("resumes", resumes)] {
            if let value { fields[.string(name)] = .string(value) }
        }
        return fields
    }
}

extension ExitStatus {
    /// The code of a rollout: a release that was taken back is told from a run that failed.
    /// - Parameter skipping: it was to go on without hosts that can't be reached.
    init(of recap: Recap, end: RolloutEnd?, skipping: Bool = false) {
        switch end {
        case .done where skipping && !recap.failed: self = .done
        case .rolledBack: self = .rolledBack
        case .rollbackFailed: self = .rollbackFailed
        // Also when a host was lost: it is not what the release did.
        case .paused, .stopped: self = .hostFailed
        default: self = ExitStatus(of: recap)
        }
    }
}
