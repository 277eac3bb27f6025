import ArgumentParser
import OrderedCollections
import Playbooks
import Rollouts
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl resume [RUN]`: goes on with a rollout that was cut off, paused or stopped.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with a rollout that was cut off or paused.",
        discussion: "The lock of a run that was killed is taken with --take-over, once its heartbeat has stopped.")

    @OptionGroup var arguments: OpenRunArguments

    @OptionGroup var pace: PaceFlags

    func run() async throws {
        let context = Context.live()
        try pace.check(context.prompt)
        let (run, command) = try await arguments.open(context)
        let record = run.record
        if record.variables["rollout_pauses"] == true { try PaceFlags.checkTerminal(context.prompt) }
        let machine = RunIdentity("", environment: context.environment).machine
        let way = try ResumedRun(record, run.stock, machine: machine)
        context.console.say(
            "going on with \(record.command), run \(record.id) of \(record.holder) on \(record.machine)")
        var loaded = try command.load(
            try SitePlaybook(way.playbook, context: context).path,
            variables: way.variables(above: arguments.lost.variables, pace.variables))
        loaded.options.skipsUnreachable = arguments.lost.skipUnreachable
        var rollout = Rollout(command: command, kind: way.kind, name: "resume \(record.id)", lock: arguments.lock)
        (rollout.source, rollout.release, rollout.variables) = (record.source, record.release, record.variables)
        rollout.give(pace.variables)
        (rollout.resumes, rollout.newest) = (record.id, run.newest)
        try await rollout.run(loaded)
    }
}

/// How to go on with a run.
struct ResumedRun: Equatable {
    var playbook: String
    var kind: String
    var variables: ValueMap

    /// - Parameters:
    ///   - stock: what servers were as it began; nil when none was touched.
    ///   - machine: where this is.
    /// - Throws: `CommandFailure` when only another machine can go on.
    init(_ record: RunRecord, _ stock: RolloutStock? = nil, machine: String) throws {
        try self.init(record, of: stock, machine: machine)
        variables.merge(Self.found(record, stock)) { own, _ in own }
        // Hooks that come before the first server are through.
        if stock != nil, kind != "abort" { variables["rollout_begun"] = true }
    }

    private init(_ record: RunRecord, of stock: RolloutStock?, machine: String) throws {
        if record.isUndoing || record.kind == "abort" {
            self.init(
                playbook: "abort", kind: "abort",
                variables: Self.wayBack(record, stock, machine: machine, aborts: record.kind == "abort"))
        } else if record.kind == "rollback" {
            let release: ValueMap = record.release.map { ["release_id": .string($0)] } ?? [:]
            self.init(
                playbook: "rollback", kind: "rollback", variables: release.merging(record.variables) { own, _ in own })
        } else if let release = record.release, record.hasStaged {
            let own: ValueMap = ["rollout_release": .string(release)]
            self.init(playbook: "resume", kind: "deploy", variables: own.merging(record.variables) { own, _ in own })
        } else if record.source == nil, record.variables["rollout_catches_up"] == true {
            throw CommandFailure(
                "run \(record.id) was cut off before the servers that are behind had fetched the release",
                hint: "nothing was switched yet: run 'intchainctl deploy --catch-up' again")
        } else {
            guard let source = record.source, record.machine == machine,
                FileManager.default.fileExists(atPath: source)
            else {
                throw CommandFailure(
                    "run \(record.id) was cut off before its release had come to every server, and \(record.source ?? "it") is on \(record.machine)",
                    hint: "resume it there, deploy again, or undo it with 'intchainctl abort'")
            }
            let own: ValueMap = ["release_src": .string(source)]
            self.init(playbook: "deploy", kind: "deploy", variables: own.merging(record.variables) { own, _ in own })
        }
    }

    private init(playbook: String, kind: String, variables: ValueMap) {
        self.playbook = playbook
        self.kind = kind
        self.variables = variables
    }

    /// What the playbook is given: what the run that was cut off was, but where it is said anew.
    func variables(above flags: [String: Value]...) -> [String: Value] {
        flags.reduce(variables.asArguments) { $0.merging($1) { $1 } }
    }

    /// What `playbooks/abort.yml` is given.
    static func wayBack(
        _ record: RunRecord, _ stock: RolloutStock? = nil, machine: String, aborts: Bool
    ) -> ValueMap {
        let own: ValueMap = [
            // Before its release was known, nothing was switched.
            "rollout_release": .string(record.release ?? ""), "rollout_undoes": true, "rollout_mends": true,
            "rollout_aborts": .bool(aborts),
        ]
        // A run that has noted nothing has touched no server, where its journal can be trusted to be whole.
        let isUntouched = stock == nil && record.machine == machine && record.hasTouchedNoServer
        let served: ValueMap =
            stock.map { ["rollout_served": .list($0.serving.map(Value.string))] }
            ?? (isUntouched ? ["rollout_untouched": true] : [:])
        return [kept(record), found(record, stock), served].reduce(own) { $0.merging($1) { own, _ in own } }
    }

    /// What each server is to go back to, and the servers that were out of Nginx as it began, though it may have put them
    /// in. Those of a catch-up are its own.
    private static func found(_ record: RunRecord, _ stock: RolloutStock?) -> ValueMap {
        guard let stock else { return [:] }
        var found: ValueMap = stock.before.isEmpty ? [:] : ["rollout_before": stock.beforeValue]
        guard record.variables["rollout_catches_up"] != true else { return found }
        found["rollout_waited"] = .list(stock.waiting.map(Value.string))
        return found
    }

    /// What the way back of a run has to know of it.
    static func kept(_ record: RunRecord) -> ValueMap {
        record.variables.filter { $0.key == "rollout_catches_up" }
    }
}

extension ValueMap {
    /// Variables as commands give them to playbooks.
    var asArguments: [String: Value] {
        Dictionary(
            compactMap { name, value in name.string.map { ($0, value) } }, uniquingKeysWith: { first, _ in first })
    }
}
