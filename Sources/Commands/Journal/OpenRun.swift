import Rollouts

/// The run that `resume` and `abort` are about.
struct OpenRun {
    let record: RunRecord
    /// What servers were as it began, or as the run began that it goes on with; nil when none was touched.
    let stock: RolloutStock?
    /// When the newest run began.
    let newest: Int?

    /// - Throws: `CommandFailure` when there is none, or it is finished.
    init(_ id: String?, _ context: Context, _ flags: RunFlags) async throws {
        let desk = try RunDesk(context, flags)
        let findings = await desk.look()
        let chosen = id.map { id in findings.runs.first { $0.id == id } } ?? findings.open
        let record = if let chosen { await desk.record(chosen.id) } else { RunRecord?.none }
        await desk.close()
        guard let chosen, let record else {
            throw CommandFailure(
                id.map { "there is no run '\($0)'" } ?? "every rollout has come to its end",
                hint: "see 'intchainctl history'", status: id == nil ? .done : .usage)
        }
        guard findings.isOpen(chosen) else {
            let outcome = findings.outcome(of: chosen)
            throw CommandFailure(
                outcome == "superseded"
                    ? "run \(chosen.id) was not finished, and \(findings.latest?.command ?? "a later run") came after it"
                    : "run \(chosen.id) has ended: \(outcome)",
                hint: "see 'intchainctl status' for what runs where", status: .usage)
        }
        self.record = record
        stock = findings.stock(of: chosen)
        newest = findings.runs.first?.start
    }
}
