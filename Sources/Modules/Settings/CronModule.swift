import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `cron`: a job or a variable of a crontab, a user's own or a file of /etc/cron.d.
package struct CronModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.cron", summary: "Makes a crontab have or lack a job.",
        arguments: [
            ArgumentSpec("name", required: true),
            ArgumentSpec("job", aliases: ["value"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("user"),
            ArgumentSpec("cron_file", .path),
            ArgumentSpec("minute"), ArgumentSpec("hour"), ArgumentSpec("day", aliases: ["dom"]),
            ArgumentSpec("month"), ArgumentSpec("weekday", aliases: ["dow"]),
            ArgumentSpec(
                "special_time",
                choices: ["reboot", "yearly", "annually", "monthly", "weekly", "daily", "hourly"]),
            ArgumentSpec("disabled", .bool),
            ArgumentSpec("env", .bool),
            ArgumentSpec("insertafter"),
            ArgumentSpec("insertbefore"),
        ])

    private enum Wish: Sendable {
        case job(String)
        case noJob
        case variable(String, CronTable.Neighbour)
        case noVariable
    }

    private let name: String
    private let wish: Wish
    private let user: String
    private let file: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.requiredString("name")
        user = try arguments.string("user") ?? ""
        file = try arguments.string("cron_file").map { $0.hasPrefix("/") ? $0 : "/etc/cron.d/\($0)" }
        for argument in ["name", "job", "user"] where try arguments.string(argument)?.contains("\n") == true {
            throw arguments.problem(argument, "has a newline in it")
        }
        wish = try Self.wish(arguments, user: file == nil ? nil : user.isEmpty ? "root" : user)
    }

    package var probes: [any Probe] {
        guard let file else { return [CrontabProbe(user)] }
        return [FileProbe(file, content: .always)]
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        guard let file else { return Convergence(try tableChange(findings(CrontabProbe(user))).map { [$0] } ?? []) }
        let finding = try findings(FileProbe(file, content: .always))
        guard finding.state == nil || finding.text != nil else { throw ModuleFailure("\(file) is not readable") }
        let after = try edited(finding.text ?? "")
        guard after != finding.text ?? "" else { return Convergence() }
        let write = FileWrite(path: file, content: .bytes(Array(after.utf8)), followsLinks: true)
        let change = try write.change(from: finding)
        return Convergence(change.map { [Change("\(title) in \(file)", diff: $0.diff, by: $0.fragment)] } ?? [])
    }

    private var title: String {
        switch wish {
        case .job: "job '\(name)'"
        case .noJob: "remove job '\(name)'"
        case .variable: "variable \(name)"
        case .noVariable: "remove variable \(name)"
        }
    }

    private func tableChange(_ before: String?) throws -> Change? {
        let after = try edited(before ?? "")
        guard after != CronTable(before ?? "").text else { return nil }
        let owner = user.isEmpty ? "the crontab" : "the crontab of \(user)"
        return Change(
            "\(title) in \(owner)", diff: TextDiff(name: owner, before: before, after: after),
            by: .changes(
                "\(["crontab"] + (user.isEmpty ? [] : ["-u", user])) - < \"$in1\"", inputs: [Array(after.utf8)]))
    }

    private func edited(_ text: String) throws -> String {
        var table = CronTable(text)
        switch wish {
        case .job(let job): table.set(name, to: job)
        case .noJob: table.remove(name)
        case .variable(let declaration, let place):
            guard table.setVariable(name, to: declaration, at: place) else {
                throw ModuleFailure("the crontab lacks the variable beside which \(name) is to stand")
            }
        case .noVariable: table.removeVariable(name)
        }
        return table == CronTable(text) ? text : table.text
    }
}

extension CronModule {
    /// - Parameter user: the column that a file of /etc/cron.d has and a user's own crontab lacks.
    private static func wish(_ arguments: Arguments, user: String?) throws -> Wish {
        let isVariable = try arguments.bool("env") ?? false
        guard try arguments.string("state") != "absent" else { return isVariable ? .noVariable : .noJob }
        guard let job = try arguments.string("job") else {
            throw arguments.problem("name", "job is missing", hint: "write job, or state: absent")
        }
        if isVariable { return .variable("\(try arguments.requiredString("name"))=\"\(job)\"", try place(arguments)) }
        let times = ["minute", "hour", "day", "month", "weekday"]
        let when: String
        if let special = try arguments.string("special_time") {
            if let other = times.first(where: arguments.has) { throw arguments.problem(other, "excludes special_time") }
            when = "@\(special)"
        } else {
            when = try times.map { try arguments.string($0) ?? "*" }.joined(separator: " ")
        }
        let prefix = try arguments.bool("disabled") ?? false ? "#" : ""
        return .job(prefix + [when, user, job].compactMap(\.self).joined(separator: " "))
    }

    private static func place(_ arguments: Arguments) throws -> CronTable.Neighbour {
        if let other = try arguments.string("insertafter") { return .after(other) }
        return try arguments.string("insertbefore").map { .before($0) } ?? .top
    }
}
