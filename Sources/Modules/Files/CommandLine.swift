import Diagnostics
import OrderedCollections
import Remote
import YAML

/// What `command` and `shell` have in common: the text to run, where, with what input, and how its end is reported.
struct CommandLine: Sendable {
    static let arguments = [
        ArgumentSpec("cmd"),
        ArgumentSpec("chdir", .path),
        ArgumentSpec("creates", .path),
        ArgumentSpec("removes", .path),
        ArgumentSpec("stdin", .raw),
        ArgumentSpec("stdin_add_newline", .bool),
        ArgumentSpec("strip_empty_ends", .bool),
    ]

    /// As `register` shows it.
    let shown: Value
    private let shell: Shell
    private let directory: String?
    /// Files that the shell text finds in `$in1` …
    private let inputs: [[UInt8]]
    private let input: [UInt8]?
    private let strips: Bool

    init(_ arguments: Arguments, shown: Value, shell: Shell, inputs: [[UInt8]] = []) throws {
        self.shown = shown
        self.shell = shell
        self.inputs = inputs
        directory = try arguments.string("chdir")
        strips = try arguments.bool("strip_empty_ends") ?? true
        guard let text = arguments.raw("stdin").map(PythonText.text) else {
            input = nil
            return
        }
        let newline = try arguments.bool("stdin_add_newline") ?? true
        input = Array((newline ? text + "\n" : text).utf8)
    }

    /// The first line of the command, for people.
    var title: String {
        let text = shown.list?.map(\.text).joined(separator: " ") ?? shown.text
        let lines = text.split(whereSeparator: \.isNewline)
        return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
    }

    var fragment: Fragment {
        var lines: [Shell] = directory.map { [CommandObstacle.entering($0)] } ?? []
        guard let input else { return .changes(.lines(lines + [shell]), inputs: inputs) }
        lines.append("{ \(shell)\n} < \"$in\(inputs.count + 1)\"")
        return .changes(.lines(lines), inputs: inputs + [input])
    }

    /// Why it failed; nil when it did not. If it ran, what it did before it failed is a change, as Ansible sees it.
    func failure(_ reply: Reply) -> ModuleFailure? {
        if let obstacle = CommandObstacle(reply) { return obstacle.failure(of: shown) }
        guard var failure = textFailure(reply) ?? (reply.succeeded ? nil : ModuleFailure("non-zero return code", reply))
        else { return nil }
        failure.result = result(of: reply)
        failure.result["changed"] = true
        return failure
    }

    /// Text that is kept must be what was printed: with other bytes in their place nobody could tell. Ansible fails, too.
    private func textFailure(_ reply: Reply) -> ModuleFailure? {
        let outputs = [("standard output", reply.stdout), ("standard error", reply.stderr)]
        return outputs.first { String(validating: $0.1, as: UTF8.self) == nil }.map { name, _ in
            ModuleFailure(
                "the command ended with status \(reply.status), and its \(name) is not UTF-8 text: convert it with "
                    + "iconv, or keep it in a file and read that with slurp")
        }
    }

    /// What `register` gets of a command that ran.
    func result(of reply: Reply) -> ValueMap {
        var result = reply.times.map { Self.times($0) } ?? Self.noTimes
        result["cmd"] = shown
        result["rc"] = .int(Int(reply.status))
        result["msg"] = .string(reply.succeeded ? "" : "non-zero return code")
        // What is no text is not there, so that whoever reads it is told.
        for (name, bytes) in [("stdout", reply.stdout), ("stderr", reply.stderr)] {
            guard let text = String(validating: bytes, as: UTF8.self).map(stripped) else { continue }
            result[.string(name)] = .string(text)
            result[.string(name + "_lines")] = Self.lines(text)
        }
        return result
    }

    /// What `register` gets in check mode of a command that would run.
    var resultUnlessChecking: ValueMap {
        Self.noTimes.merging([
            "cmd": shown, "rc": 0, "stdout": "", "stderr": "", "stdout_lines": [], "stderr_lines": [],
            "msg": "Command would have run if not in check mode",
        ]) { _, new in new }
    }

    /// What `register` gets of a command that did not run because a path is there or is missing.
    func result(skippedSince path: String, _ state: String) -> ValueMap {
        let text = "skipped, since \(path) \(state)"
        return Self.noTimes.merging([
            "cmd": shown, "rc": 0, "stdout": .string(text), "stderr": "", "stdout_lines": [.string(text)],
            "stderr_lines": [], "msg": .string("Did not run command since '\(path)' \(state)"),
        ]) { _, new in new }
    }

    private static let noTimes: ValueMap = ["start": .null, "end": .null, "delta": .null]

    private func stripped(_ text: String) -> String {
        guard strips else { return text }
        let kept = text.unicodeScalars.reversed().drop { $0 == "\n" || $0 == "\r" }.reversed()
        return String(String.UnicodeScalarView(kept))
    }

    private static func lines(_ text: String) -> Value {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return .list((text.isEmpty ? [] : lines).map { .string(String($0)) })
    }
}
