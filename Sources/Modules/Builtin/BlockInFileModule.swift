import OrderedCollections
package import Remote
package import YAML

/// `blockinfile`: a text file has a block of lines between two marker lines, or lacks it.
package struct BlockInFileModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.blockinfile", summary: "Makes a text file have or lack a block between markers.",
        arguments: [
            ArgumentSpec("path", .path, required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec("state", choices: ["present", "absent"]),
            ArgumentSpec("block", aliases: ["content"]),
            ArgumentSpec("marker"),
            ArgumentSpec("marker_begin"),
            ArgumentSpec("marker_end"),
            ArgumentSpec("insertafter"),
            ArgumentSpec("insertbefore"),
            ArgumentSpec("create", .bool),
            ArgumentSpec("backup", .bool),
            ArgumentSpec("append_newline", .bool),
            ArgumentSpec("prepend_newline", .bool),
            ArgumentSpec("validate"),
        ] + ArgumentSpec.fileAttributes)

    private let file: TextFileEdit
    private let creates: Bool
    private let edit: BlockEdit

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        creates = try arguments.bool("create") ?? false
        file = try TextFileEdit(arguments, creates: creates)
        let marker = try arguments.string("marker") ?? "# {mark} ANSIBLE MANAGED BLOCK"
        func line(_ name: String, _ word: String) throws -> String {
            marker.replacing("{mark}", with: try arguments.string(name) ?? word) + "\n"
        }
        let isWanted = try arguments.string("state") != "absent"
        edit = BlockEdit(
            begin: try line("marker_begin", "BEGIN"), end: try line("marker_end", "END"),
            block: isWanted ? try arguments.string("block") ?? "" : "", place: try Self.place(arguments),
            spaceBefore: try arguments.bool("prepend_newline") ?? false,
            spaceAfter: try arguments.bool("append_newline") ?? false)
    }

    package var probes: [any Probe] { file.probes }

    package func converge(_ findings: Findings) throws -> Convergence {
        try file.converge(findings) { text in
            // As Ansible has it, a file that is not there is a mistake even where there is nothing to remove; but it is
            // not made for that.
            if text == nil, edit.block.isEmpty, creates { return .untouched("File \(file.path) not present") }
            let edited = try edit.applied(to: text ?? "")
            let message =
                text == nil
                ? "File created" : edited == text ? "" : edit.block.isEmpty ? "Block removed" : "Block inserted"
            return .edited(.init(text: edited, message: message))
        }
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        file.result(of: convergence, replies: replies)
    }

    private static func place(_ arguments: Arguments) throws -> BlockEdit.Place {
        let place: BlockEdit.Place =
            switch (try arguments.string("insertafter"), try arguments.string("insertbefore")) {
            case (nil, nil), ("EOF", nil): .end
            case (nil, "BOF"): .beginning
            case (let expression?, nil): .after(expression)
            case (nil, let expression?): .before(expression)
            case (.some, .some):
                throw arguments.problem("insertbefore", "excludes insertafter", hint: "write one of the two")
            }
        guard let expression = place.expression else { return place }
        do {
            _ = try LinePattern.expression(expression).matcher()
        } catch {
            throw arguments.problem(
                arguments.has("insertafter") ? "insertafter" : "insertbefore",
                "'\(expression)' is no regular expression")
        }
        return place
    }
}

/// A block between its marker lines, and where it goes when it is not there yet.
struct BlockEdit: Sendable {
    enum Place: Sendable {
        case beginning, end
        case after(String)
        case before(String)

        var expression: String? {
            switch self {
            case .beginning, .end: nil
            case .after(let expression), .before(let expression): expression
            }
        }
    }

    var begin: String
    var end: String
    /// Empty: the block is to be absent.
    var block: String
    var place: Place
    var spaceBefore: Bool
    var spaceAfter: Bool

    func applied(to text: String) throws -> String {
        var lines = TextLines(text).lines
        var position: Int
        if let first = lines.lastIndex(of: begin), let last = lines.lastIndex(of: end) {
            lines.removeSubrange(min(first, last)...max(first, last))
            position = min(first, last)
        } else {
            position = try insertion(in: lines)
        }
        if position > 0, !lines[position - 1].utf8.elementsEqual("\n".utf8), lines[position - 1].utf8.last != 10 {
            lines[position - 1] += "\n"
        }
        let wanted = blockLines
        if spaceBefore, !wanted.isEmpty, position > 0, lines[position - 1] != "\n" {
            lines.insert("\n", at: position)
            position += 1
        }
        lines.insert(contentsOf: wanted, at: position)
        let next = position + wanted.count
        if spaceAfter, !wanted.isEmpty, next < lines.count, lines[next] != "\n" { lines.insert("\n", at: next) }
        return lines.joined()
    }

    private var blockLines: [String] {
        guard !block.isEmpty else { return [] }
        return [begin] + TextLines(block.utf8.last == 10 ? block : block + "\n").lines + [end]
    }

    private func insertion(in lines: [String]) throws -> Int {
        switch place {
        case .beginning: return 0
        case .end: return lines.count
        case .after(let expression):
            let matcher = try LinePattern.expression(expression).matcher()
            return lines.lastIndex { matcher.match($0) != nil }.map { $0 + 1 } ?? lines.count
        case .before(let expression):
            let matcher = try LinePattern.expression(expression).matcher()
            return lines.lastIndex { matcher.match($0) != nil } ?? lines.count
        }
    }
}
