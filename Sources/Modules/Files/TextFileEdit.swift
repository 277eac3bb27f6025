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

    /// - Parameter edited: the new text; nil leaves everything as it is. It is given nil when there is no file.
    func converge(_ findings: Findings, _ edited: (String?) throws -> String?) throws -> Convergence {
        let finding = try findings(probe)
        if finding.denied { throw ModuleFailure("\(path) may not be looked at: permission denied") }
        guard let present = finding.followed else {
            guard let text = try edited(nil) else { return Convergence(result: ["path": .string(path)]) }
            return try create(text, findings)
        }
        guard present.kind != .directory else { throw ModuleFailure("path \(path) is a directory") }
        guard let text = finding.text else {
            throw ModuleFailure("\(path) is no text, not readable, or too long to edit")
        }
        var write = write
        write.content = .bytes(Array((try edited(text) ?? text).utf8))
        return Convergence(try write.change(from: finding).map { [$0] } ?? [], result: ["path": .string(path)])
    }

    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        result["msg"] = .string(convergence.changes.last?.summary ?? "")
        if write.backup { result["backup_file"] = .string(replies.last?.output ?? "") }
        return result
    }

    private var probe: FileProbe { FileProbe(path, content: .always, limit: Self.limit) }

    private var directories: [String] { creates ? Directories.chain(to: Directories.parent(of: path)) : [] }

    private func create(_ text: String, _ findings: Findings) throws -> Convergence {
        guard creates else { throw ModuleFailure("path \(path) does not exist", result: ["rc": 257]) }
        let missing = try Directories.missing(on: directories, findings)
        var changes = missing.isEmpty ? [] : [Directories.creation(missing, FileAttributes())]
        var write = write
        write.content = .bytes(Array(text.utf8))
        if let change = try write.change(from: FileFinding(path: path)) { changes.append(change) }
        return Convergence(changes, result: ["path": .string(path)])
    }
}
