import Diagnostics
import OrderedCollections
package import Remote
package import YAML

/// `copy`: a file of the operator's machine, a text, or a file of the host itself goes to a place on the host.
package struct CopyModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.copy", summary: "Writes a file with a given content.",
        arguments: [
            ArgumentSpec("dest", .path, required: true),
            ArgumentSpec("src", .localFile),
            ArgumentSpec("content", .raw),
            ArgumentSpec("remote_src", .bool),
            ArgumentSpec("backup", .bool),
            ArgumentSpec("force", .bool),
            ArgumentSpec("follow", .bool),
            ArgumentSpec("validate"),
            ArgumentSpec("directory_mode", .mode),
        ] + ArgumentSpec.fileAttributes)

    /// One, or those of a folder's files.
    private let deposits: [FileDeposit]
    private let source: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let source = try arguments.string("src")
        self.source = source
        let remote = try arguments.bool("remote_src") ?? false
        let preserves = arguments.raw("mode") == "preserve"
        let mode: (String) throws -> Int? = { preserves ? try context.fileMode($0, "files") : nil }
        let content: FileDeposit.Content
        switch (source, arguments.raw("content")) {
        case (nil, nil): throw Problem("copy needs src or content", at: arguments.place("dest"))
        case (.some, .some): throw arguments.problem("content", "excludes src", hint: "write one of the two")
        case (nil, let value?): content = .bytes(Array(value.fileText.utf8), name: nil)
        case (let source?, nil) where remote: content = .remote(source, preservesMode: preserves)
        case (let source?, nil):
            if let files = try context.listFiles(source) {
                deposits = try Self.deposits(of: files, in: source, arguments, context, mode: mode)
                return
            }
            deposits = [
                try FileDeposit(
                    arguments,
                    content: .bytes(try context.readFile(source), name: Directories.name(of: source)),
                    preservedMode: mode(source))
            ]
            return
        }
        deposits = [try FileDeposit(arguments, content: content)]
    }

    package var probes: [any Probe] { deposits.flatMap(\.probes) }

    package func converge(_ findings: Findings) throws -> Convergence {
        var convergence = Convergence()
        // Files of one folder find the same directories missing: each is made once.
        for part in try deposits.map({ try $0.converge(findings) }) {
            convergence.changes += part.changes.filter { !convergence.changes.contains($0) }
            convergence.result.merge(part.result) { _, new in new }
        }
        if let source { convergence.result["src"] = .string(source) }
        return convergence
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        deposits.last?.result(of: convergence, replies: replies) ?? convergence.result
    }

    /// As for rsync: a slash at the end of `src` stands for what is in the folder, otherwise the folder itself goes.
    private static func deposits(
        of files: [String], in source: String, _ arguments: Arguments, _ context: ModuleContext,
        mode: (String) throws -> Int?
    ) throws -> [FileDeposit] {
        let folder = try arguments.requiredString("dest").trimmingSlash
        let base = source.hasSuffix("/") ? folder : "\(folder)/\(Directories.name(of: source))"
        return try files.map { file in
            let path = "\(source.trimmingSlash)/\(file)"
            return try FileDeposit(
                arguments,
                content: .bytes(try context.readFile(path), name: Directories.name(of: file)),
                preservedMode: mode(path),
                into: Directories.parent(of: "\(base)/\(file)") + "/")
        }
    }
}

extension String {
    /// Without the slash at its end.
    fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}

extension Value {
    /// What `copy: content` writes: a string as it is, other data as Ansible's JSON.
    fileprivate var fileText: String {
        switch self {
        case .bool(let flag): flag ? "True" : "False"
        case .null: ""
        case .string(let text): text
        default: pythonJSON
        }
    }
}
