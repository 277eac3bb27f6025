import Digests
import OrderedCollections
import Remote
import YAML

/// What `copy` and `template` have in common: a content goes to `dest`, or into it when that is a directory.
struct FileDeposit: Sendable {
    enum Content: Sendable {
        /// `name` is the file's name if `dest` is a directory.
        case bytes([UInt8], name: String?)
        /// A file of the host.
        case remote(String, preservesMode: Bool)

        var name: String? {
            switch self {
            case .bytes(_, let name): name
            case .remote(let path, _): Directories.name(of: path)
            }
        }
    }

    private let destination: String
    private let content: Content
    private let attributes: FileAttributes
    private let directoryMode: FileMode?
    private let validation: CommandWords?
    private let backup: Bool
    private let force: Bool
    private let follow: Bool
    private let digest: String?

    /// - Parameters:
    ///   - preservedMode: the mode of the operator's file, where `mode: preserve` asks for it.
    ///   - folder: the place in a folder that is copied; otherwise `dest` is.
    init(_ arguments: Arguments, content: Content, preservedMode: Int? = nil, into folder: String? = nil) throws {
        destination = try folder ?? arguments.requiredString("dest")
        self.content = content
        attributes = try FileAttributes(
            owner: arguments.string("owner"), group: arguments.string("group"),
            mode: arguments.raw("mode") == "preserve" ? preservedMode.map(FileMode.bits) : arguments.mode("mode"))
        directoryMode = try arguments.mode("directory_mode")
        validation = try arguments.validation()
        backup = try arguments.bool("backup") ?? false
        force = try arguments.bool("force") ?? true
        follow = try arguments.bool("follow") ?? false
        if case .bytes(let bytes, _) = content { digest = SHA256.hex(bytes) } else { digest = nil }
        if content.name == nil, destination.hasSuffix("/") {
            throw arguments.problem(
                "dest", "is a directory, and content has no name", hint: "end dest with a file name")
        }
    }

    var probes: [any Probe] {
        var probes: [any Probe] = candidates.map(look)
        probes += Directories.chain(to: Directories.parent(of: candidates[candidates.count - 1])).map { FileProbe($0) }
        if case .remote(let source, _) = content { probes.append(FileProbe(source, digest: true)) }
        return probes
    }

    func converge(_ findings: Findings) throws -> Convergence {
        let (path, finding) = try place(findings)
        let result: ValueMap = ["dest": .string(path)]
        if !force, finding.state != nil { return Convergence(result: result) }
        var changes: [Change] = []
        let missing = try Directories.missing(on: Directories.chain(to: Directories.parent(of: path)), findings)
        if !missing.isEmpty {
            guard destination.hasSuffix("/") else {
                throw ModuleFailure("destination directory \(Directories.parent(of: path)) does not exist")
            }
            changes.append(
                Directories.creation(
                    missing, FileAttributes(owner: attributes.owner, group: attributes.group, mode: directoryMode)))
        }
        let write = try write(to: path, findings)
        if let change = try write.change(from: finding) { changes.append(change) }
        return Convergence(changes, result: result.merging(write.result(from: finding)) { _, new in new })
    }

    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        var result = convergence.result
        if backup, let reply = replies.last, !reply.stdout.isEmpty { result["backup_file"] = .string(reply.output) }
        return result
    }

    /// `dest` itself, and the file in it in case it is a directory.
    private var candidates: [String] {
        guard let name = content.name else { return [destination] }
        return destination.hasSuffix("/") ? [destination + name] : [destination, "\(destination)/\(name)"]
    }

    private func look(_ path: String) -> FileProbe {
        digest.map { FileProbe(path, content: .unless($0)) } ?? FileProbe(path, digest: true)
    }

    private func place(_ findings: Findings) throws -> (String, FileFinding) {
        let outer = try findings(look(candidates[0]))
        if candidates.count == 2, outer.followed?.kind == .directory {
            return (candidates[1], try findings(look(candidates[1])))
        }
        return (candidates[0], outer)
    }

    private func write(to path: String, _ findings: Findings) throws -> FileWrite {
        var write = FileWrite(path: path, content: .bytes([]), attributes: attributes)
        write.validation = validation
        write.backup = backup
        write.followsLinks = follow
        switch content {
        case .bytes(let bytes, _): write.content = .bytes(bytes)
        case .remote(let source, let preservesMode):
            let finding = try findings(FileProbe(source, digest: true))
            guard let state = finding.followed, !finding.denied else {
                throw ModuleFailure("source \(source) not found")
            }
            guard state.kind == .file else { throw ModuleFailure("source \(source) is \(state.kind.noun), not a file") }
            guard let digest = finding.sha256 else { throw ModuleFailure("source \(source) is not readable") }
            write.content = .copy(of: source, digest: digest)
            if preservesMode { write.attributes.mode = .bits(state.mode) }
        }
        return write
    }
}

extension FileWrite {
    /// `owner`, `group`, `mode`, `size`, `checksum` (SHA-1, as Ansible's) and `state` as they are once the file is written.
    func result(from finding: FileFinding) -> ValueMap {
        let present = (followsLinks ? finding.followed : finding.state).flatMap { $0.kind == .file ? $0 : nil }
        var result = attributes.result(after: present, isDirectory: false)
        result["state"] = "file"
        if case .bytes(let bytes) = content {
            result["size"] = .int(bytes.count)
            result["checksum"] = .string(Digest.sha1.hex(bytes))
        }
        return result
    }
}
