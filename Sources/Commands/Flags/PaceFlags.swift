import ArgumentParser
import Playbooks
import YAML

/// How a rollout goes from batch to batch.
struct PaceFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "App servers at a time: a number, a share, or a list of them, a batch each: 1,50%,100%.",
            valueName: "sizes"),
        transform: { try BatchList($0) })
    var batch: BatchList?

    @Flag(help: "Ask for a yes before each further batch.")
    var pause = false

    @Option(
        help: ArgumentHelp(
            "How long to watch what updated servers answer, in Nginx's log: 30s, 5m. Too many errors, or too slow ones, undo the rollout.",
            valueName: "duration"),
        transform: { try TimeSpan($0).duration })
    var bake: Duration?

    /// What the playbooks are told; nothing where the inventory decides.
    var variables: [String: Value] {
        var variables: [String: Value] = [:]
        if let batch { variables["rollout_batches"] = batch.value }
        if pause { variables["rollout_pauses"] = true }
        // Rounded up: 0 switches it off.
        if let bake { variables["bake_seconds"] = .int(Int((bake / .seconds(1)).rounded(.up))) }
        return variables
    }

    /// - Throws: `CommandFailure` when there will be nobody to ask.
    func check(_ prompt: (any Prompt)?) throws {
        if pause { try Self.checkTerminal(prompt) }
    }

    static func checkTerminal(_ prompt: (any Prompt)?) throws {
        guard prompt == nil else { return }
        throw CommandFailure(
            "--pause asks for a yes between batches, and there is no terminal to ask on",
            hint: "leave it out; '--batch 1,100% --bake 5m' watches the first server in your place", status: .usage)
    }
}

/// The sizes of a rollout's batches; the last one counts for all that follow.
struct BatchList: Hashable {
    let value: Value

    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        value = .list(
            try words.map { word in
                guard word.wholeMatch(of: /[0-9]+%?/) != nil, BatchSize(.string(word)) != nil else {
                    throw ValidationError("'\(word)' is no batch: write 1, 50% or 1,50%,100%")
                }
                return Int(word).map { .int($0) } ?? .string(word)
            })
    }
}
