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
    private let input: [UInt8]?
    private let strips: Bool

    init(_ arguments: Arguments, shown: Value, shell: Shell) throws {
        self.shown = shown
        self.shell = shell
        directory = try arguments.string("chdir")
        strips = try arguments.bool("strip_empty_ends") ?? true
        guard let text = arguments.raw("stdin")?.text else {
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
        var lines: [Shell] = directory.map { ["cd -- \($0) || exit 1"] } ?? []
        lines.append(input == nil ? shell : "{ \(shell)\n} < \"$in1\"")
        return .changes(.lines(lines), inputs: input.map { [$0] } ?? [])
    }

    /// What `register` gets of a command that ran.
    func result(of reply: Reply) -> ValueMap {
        let stdout = stripped(reply.output)
        let stderr = stripped(reply.errors)
        return [
            "cmd": shown, "rc": .int(Int(reply.status)), "stdout": .string(stdout), "stderr": .string(stderr),
            "stdout_lines": Self.lines(stdout), "stderr_lines": Self.lines(stderr),
            "msg": .string(reply.succeeded ? "" : "non-zero return code"),
        ]
    }

    /// What `register` gets of a command that did not run because a path is there or is missing.
    func result(skippedSince reason: String) -> ValueMap {
        let text = "skipped, since \(reason)"
        return [
            "cmd": shown, "rc": 0, "stdout": .string(text), "stderr": "", "stdout_lines": [.string(text)],
            "stderr_lines": [], "msg": .string("Did not run command since \(reason)"),
        ]
    }

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
