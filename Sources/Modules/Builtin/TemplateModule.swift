import OrderedCollections
package import Remote
package import YAML

/// `template`: a Jinja2 template of the operator's machine, rendered for the host.
package struct TemplateModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.template", summary: "Writes a file rendered from a template.",
        arguments: [
            ArgumentSpec("src", .template, required: true),
            ArgumentSpec("dest", .path, required: true),
            ArgumentSpec("backup", .bool),
            ArgumentSpec("force", .bool),
            ArgumentSpec("follow", .bool),
            ArgumentSpec("validate"),
            ArgumentSpec("trim_blocks", .bool),
            ArgumentSpec("lstrip_blocks", .bool),
            ArgumentSpec("newline_sequence", choices: ["\n", "\r", "\r\n", "\\n", "\\r", "\\r\\n"]),
        ] + ArgumentSpec.fileAttributes)

    private let deposit: FileDeposit
    private let source: String

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        source = try arguments.requiredString("src")
        let text = try Self.text(arguments, in: context)
        deposit = try FileDeposit(
            arguments, content: .bytes(Array(text.utf8), name: Directories.name(of: source)),
            preservedMode: arguments.raw("mode") == "preserve" ? context.fileMode(source, "templates") : nil)
    }

    /// The arguments that decide what the file is to hold.
    package static let deciding: Set<String> = ["src", "dest", "trim_blocks", "lstrip_blocks", "newline_sequence"]

    /// What the file is to hold.
    package static func text(_ arguments: Arguments, in context: ModuleContext) throws -> String {
        let options = RenderOptions(
            trimBlocks: try arguments.bool("trim_blocks") ?? true,
            leftStripBlocks: try arguments.bool("lstrip_blocks") ?? false,
            destination: try arguments.string("dest"))
        let text = try context.render(try arguments.requiredString("src"), options)
        return switch try arguments.string("newline_sequence") {
        case "\r", "\\r": text.replacing("\n", with: "\r")
        case "\r\n", "\\r\\n": text.replacing("\n", with: "\r\n")
        default: text
        }
    }

    package var probes: [any Probe] { deposit.probes }

    package func converge(_ findings: Findings) throws -> Convergence {
        var convergence = try deposit.converge(findings)
        convergence.result["src"] = .string(source)
        return convergence
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        deposit.result(of: convergence, replies: replies)
    }
}
