import OrderedCollections
import Remote
import YAML

/// A text file of the host that is read, edited and written as a whole: what `blockinfile` and `replace` have in common.
struct TextFileEdit: Sendable {
    /// Longer files are not edited, in bytes.
    private static let limit = 4 << 20

    let path: String
    private let creates: Bool
    private let write: FileWrite

    init(_ arguments: Arguments, creates: Bool = false) throws {
        path = try arguments.requiredString("path")
        self.creates = creates
        var write = FileWrite(path: path, content: .bytes([]), attributes: try arguments.fileAttributes())
        write.validation = try arguments.validation()
        write.backup = try arguments.bool("backup") ?? false
        write.followsLinks = true
        self.write = write
    }

    var probes: [any Probe] { [probe] + directories.map { FileProbe($0) } }

    /// A text as it is to be, and what became of it: Ansible's `msg`.
    struct Edited {
        var text: String
        var message = ""
    }

    /// What an edit comes to.
    enum Verdict {
        case edited(Edited)
        /// Everything stays as it is, for this reason.
        case untouched(String)
    }

    /// - Parameter edited: what becomes of the text; it is given nil when there is no file.
    func converge(_ findings: Findings, _ edited: (String?) throws -> Verdict) throws -> Convergence {
        let finding = try findings(probe)
        if finding.denied { throw ModuleFailure("\(path) may not be looked at: permission denied") }
        guard let present = finding.followed else {
            return switch try edited(nil) {
            case .untouched(let message): untouched(message)
            case .edited(let edited): try create(edited, findings)
            }
        }
        guard present.kind != .directory else { throw ModuleFailure("path \(path) is a directory") }
        guard let text = finding.text else {
            throw ModuleFailure("\(path) is no text, not readable, or too long to edit")
        }
        switch try edited(text) {
        case .untouched(let message): return untouched(message)
        case .edited(let edited):
            var write = write
            write.content = .bytes(Array(edited.text.utf8))
            return Convergence(
                try write.change(from: finding).map { [$0] } ?? [], result: result(edited.message, on: present))
        }
    }

    private func untouched(_ message: String) -> Convergence {
        Convergence(result: ["path": .string(path), "msg": .string(message)])
    }

    private func result(_ message: String, on state: FileState) -> ValueMap {
        ["path": .string(path), "msg": .string(write.attributes.message(message, on: state))]
    }

    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        if write.backup { result["backup_file"] = .string(replies.last?.output ?? "") }
        return result
    }

    private var probe: FileProbe { FileProbe(path, content: .always, limit: Self.limit) }

    private var directories: [String] { creates ? Directories.chain(to: Directories.parent(of: path)) : [] }

    private func create(_ edited: Edited, _ findings: Findings) throws -> Convergence {
        guard creates else { throw ModuleFailure("path \(path) does not exist", result: ["rc": 257]) }
        let missing = try Directories.missing(on: directories, findings)
        var changes = missing.isEmpty ? [] : [Directories.creation(missing, FileAttributes())]
        var write = write
        write.content = .bytes(Array(edited.text.utf8))
        if let change = try write.change(from: FileFinding(path: path)) { changes.append(change) }
        return Convergence(changes, result: result(edited.message, on: .new))
    }
}

extension FileState {
    /// A file that has just been made, by root and under the usual umask.
    static let new = FileState(kind: .file, mode: 0o644)
}

extension FileAttributes {
    /// Ansible's `msg` of an edited file: what became of the text, and whether owner, group or mode change.
    func message(_ message: String, on state: FileState) -> String {
        guard !differences(from: state).isEmpty else { return message }
        return (message.isEmpty ? "" : message + " and ") + "ownership, perms or SE linux context changed"
    }
}
