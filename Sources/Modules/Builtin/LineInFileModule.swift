import Diagnostics
import OrderedCollections
package import Remote
package import YAML

/// `lineinfile`: a text file has a line, or lacks it.
package struct LineInFileModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.lineinfile", summary: "Makes a text file have or lack a line.",
        arguments: [
            ArgumentSpec("path", .path, required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("regexp", aliases: ["regex"]),
            ArgumentSpec("search_string"),
            ArgumentSpec("line", aliases: ["value"]),
            ArgumentSpec("insertafter"),
            ArgumentSpec("insertbefore"),
            ArgumentSpec("backrefs", .bool),
            ArgumentSpec("create", .bool),
            ArgumentSpec("backup", .bool),
            ArgumentSpec("firstmatch", .bool),
            ArgumentSpec("validate"),
        ] + ArgumentSpec.fileAttributes)

    private enum Wish: Sendable {
        case present(LineEdit)
        case absent(LinePattern?, line: String?)
    }

    /// Longer files are not edited, in bytes.
    private static let limit = 4 << 20

    private let path: String
    private let wish: Wish
    private let creates: Bool
    private let write: FileWrite

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        path = try arguments.requiredString("path")
        creates = try arguments.bool("create") ?? false
        var write = FileWrite(path: path, content: .bytes([]), attributes: try arguments.fileAttributes())
        write.validation = try arguments.validation()
        write.backup = try arguments.bool("backup") ?? false
        write.followsLinks = true
        self.write = write
        wish = try Self.wish(arguments)
    }

    package var probes: [any Probe] { [probe] + directories.map { FileProbe($0) } }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        if finding.denied { throw ModuleFailure("\(path) may not be looked at: permission denied") }
        guard let present = finding.followed else { return try create(findings) }
        guard present.kind != .directory else { throw ModuleFailure("path \(path) is a directory") }
        guard let text = finding.text else {
            throw ModuleFailure("\(path) is no text, not readable, or too long to edit")
        }
        var write = write
        let edited = try edited(text)
        write.content = .bytes(Array(edited.text.utf8))
        return Convergence(
            try write.change(from: finding).map { [$0] } ?? [], result: result(edited.deed, on: present))
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        result["backup"] = .string(write.backup ? replies.last?.output ?? "" : "")
        return result
    }

    private func result(_ deed: LineEdit.Deed, on state: FileState) -> ValueMap {
        var result: ValueMap = [
            "path": .string(path), "msg": .string(write.attributes.message(deed.message, on: state)),
        ]
        if case .removed(let count) = deed { result["found"] = .int(count) }
        return result
    }

    private var probe: FileProbe { FileProbe(path, content: .always, limit: Self.limit) }

    private var directories: [String] { creates ? Directories.chain(to: Directories.parent(of: path)) : [] }

    private func edited(_ text: String) throws -> LineEdit.Edited {
        switch wish {
        case .present(let edit): try edit.applied(to: text)
        case .absent(let pattern, let line): try LineEdit.removed(pattern, line: line, from: text)
        }
    }

    private func create(_ findings: Findings) throws -> Convergence {
        if case .absent = wish { return Convergence(result: ["msg": "file not present"]) }
        guard creates else { throw ModuleFailure("destination \(path) does not exist", result: ["rc": 257]) }
        let missing = try Directories.missing(on: directories, findings)
        var changes = missing.isEmpty ? [] : [Directories.creation(missing, FileAttributes())]
        var write = write
        let edited = try edited("")
        write.content = .bytes(Array(edited.text.utf8))
        if let change = try write.change(from: FileFinding(path: path)) { changes.append(change) }
        return Convergence(changes, result: result(edited.deed, on: .new))
    }
}

extension LineInFileModule {
    private static func wish(_ arguments: Arguments) throws -> Wish {
        let pattern = try pattern(arguments)
        let line = try arguments.string("line")
        guard try arguments.string("state") != "absent" else {
            guard pattern != nil || line != nil else {
                throw Problem("lineinfile needs line, regexp or search_string", at: arguments.place("state"))
            }
            return .absent(pattern, line: line)
        }
        guard let line else { throw Problem("lineinfile needs the argument 'line'", at: arguments.place("path")) }
        let fillsReferences = try arguments.bool("backrefs") ?? false
        if fillsReferences, !arguments.has("regexp") { throw arguments.problem("backrefs", "needs regexp") }
        return .present(
            LineEdit(
                pattern: pattern, line: line, place: try place(arguments), fillsReferences: fillsReferences,
                firstMatch: try arguments.bool("firstmatch") ?? false))
    }

    private static func pattern(_ arguments: Arguments) throws -> LinePattern? {
        let text = try arguments.string("search_string")
        guard let expression = try arguments.string("regexp") else { return text.map { .text($0) } }
        guard text == nil else {
            throw arguments.problem("search_string", "excludes regexp", hint: "write one of the two")
        }
        try check(expression, "regexp", arguments)
        return .expression(expression)
    }

    private static func place(_ arguments: Arguments) throws -> LineEdit.Place {
        switch (try arguments.string("insertafter"), try arguments.string("insertbefore")) {
        case (nil, nil), ("EOF", nil): return .end
        case (_, "BOF"), ("BOF", _): return .beginning
        case (let expression?, nil):
            try check(expression, "insertafter", arguments)
            return .after(expression)
        case (nil, let expression?):
            try check(expression, "insertbefore", arguments)
            return .before(expression)
        case (.some, .some):
            throw arguments.problem("insertbefore", "excludes insertafter", hint: "write one of the two")
        }
    }

    private static func check(_ expression: String, _ name: String, _ arguments: Arguments) throws {
        do {
            _ = try LinePattern.expression(expression).matcher()
        } catch {
            throw arguments.problem(name, "'\(expression)' is no regular expression")
        }
    }
}
