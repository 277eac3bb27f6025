import Modules
import OrderedCollections
import Remote
import YAML

/// What a migration command answered.
struct MigrationAnswer {
    private let reply: Reply
    /// The lines that are JSON objects; others are the program's own talk.
    let reports: [Value]

    init(_ reply: Reply) {
        self.reply = reply
        reports = reply.output.split(separator: "\n").filter { $0.hasPrefix("{") }
            .compactMap { try? Value(json: String($0)) }
    }

    /// - Throws: `ModuleFailure` with the program's own words when it failed or said nothing.
    func outcome(plans: Bool) throws -> Outcome {
        guard reply.succeeded else { throw failure }
        guard let count = applied else {
            throw ModuleFailure(
                "the migration ended well but did not say what it applied: \(reply.output.suffix(400))",
                result: ["stdout": .string(reply.output), "stderr": .string(reply.errors)])
        }
        var result: ValueMap = ["applied": .int(count), "reports": .list(reports)]
        for (name, key) in [("level", "level"), ("contract_level", "contractLevel")] {
            if let level = end?[key]?.int { result[.string(name)] = .int(level) }
        }
        for name in ["pending", "held"] { result[.string(name)] = end?[name] ?? [] }
        return Outcome(changed: count > 0, result: result, message: plans ? planned : told(count))
    }

    /// All that the program says of it, which tells what was applied and what was not; of one that was killed, how far
    /// it had come.
    private var failure: ModuleFailure {
        var failure = ModuleFailure("migrate the database", reply)
        failure.result["reports"] = .list(reports)
        let said = reply.errors.split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
        if !said.isEmpty {
            failure.message = "migrate the database: \(said) (exit status \(reply.status))"
        } else if let last = reports.last(where: { $0["sql"] != nil }), last["status"] == "running",
            let place = place(last)
        {
            failure.message += "; it was cut off in \(place); the next run finds out what became of that and goes on"
        }
        return failure
    }

    private var end: Value? { reports.last { $0["applied"]?.int != nil } }

    private var applied: Int? { end?["applied"]?.int ?? EntityFramework.applied(in: reply.output) }

    private func told(_ count: Int) -> String {
        var lines = [count == 0 ? "nothing to migrate" : "\(count) \(count == 1 ? "migration" : "migrations") applied"]
        for report in reports {
            guard let status = report["status"]?.string, let place = place(report) else { continue }
            if ["had taken effect", "had no effect", "is run again"].contains(status) {
                lines.append("\(place) was interrupted in an earlier run and \(status)")
            }
        }
        return (lines + held).joined(separator: "\n")
    }

    /// The SQL that would be run.
    private var planned: String {
        let pending = end?["pending"]?.list ?? []
        guard !pending.isEmpty else { return (["nothing to migrate"] + held).joined(separator: "\n") }
        var lines: [String] = []
        for report in reports {
            if let phase = report["phase"]?.string, report["status"] == "pending" {
                lines.append("-- \(report["version"]?.string ?? "")_\(report["name"]?.string ?? "").sql (\(phase))")
            }
            guard let sql = report["sql"]?.string, let status = report["status"]?.string else { continue }
            switch status {
            case "done": lines.append("-- statement \(report["statement"]?.int ?? 0) took effect in an earlier run")
            case "interrupted": lines.append("-- was interrupted in an earlier run; it is looked up first\n\(sql);")
            default: lines.append("\(sql);")
            }
        }
        return (lines + held).joined(separator: "\n")
    }

    private var held: [String] {
        (end?["held"]?.list ?? []).compactMap(\.string).map {
            "\($0) is held back: it takes something away, and the release that was live may use that"
        }
    }

    private func place(_ report: Value) -> String? {
        guard let file = report["file"]?.string, let line = report["line"]?.int,
            let statement = report["statement"]?.int, let count = report["of"]?.int
        else { return nil }
        return "\(file):\(line): statement \(statement) of \(count)"
    }
}
