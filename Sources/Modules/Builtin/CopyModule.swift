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

    private let deposit: FileDeposit
    private let source: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let source = try arguments.string("src")
        self.source = source
        let remote = try arguments.bool("remote_src") ?? false
        let preserves = arguments.raw("mode") == "preserve"
        if preserves, !remote {
            throw arguments.problem("mode", "'preserve' needs remote_src", hint: "write the mode: '0644'")
        }
        let content: FileDeposit.Content
        switch (source, arguments.raw("content")) {
        case (nil, nil): throw Problem("copy needs src or content", at: arguments.place("dest"))
        case (.some, .some): throw arguments.problem("content", "excludes src", hint: "write one of the two")
        case (nil, let value?): content = .bytes(Array(value.fileText.utf8), name: nil)
        case (let source?, nil) where remote: content = .remote(source, preservesMode: preserves)
        case (let source?, nil):
            guard !source.hasSuffix("/") else {
                throw arguments.problem(
                    "src", "directories are not copied", hint: "loop over the files, or push a release")
            }
            content = .bytes(try context.readFile(source), name: Directories.name(of: source))
        }
        deposit = try FileDeposit(arguments, content: content, preservesMode: preserves)
    }

    package var probes: [any Probe] { deposit.probes }

    package func converge(_ findings: Findings) throws -> Convergence {
        var convergence = try deposit.converge(findings)
        if let source { convergence.result["src"] = .string(source) }
        return convergence
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        deposit.result(of: convergence, replies: replies)
    }
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
