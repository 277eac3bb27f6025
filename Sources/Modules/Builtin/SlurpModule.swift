import Foundation
import OrderedCollections
import YAML

/// `slurp`: a file's content, for `register`.
package struct SlurpModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.slurp", summary: "Reads a file of the host.",
        arguments: [ArgumentSpec("src", .path, required: true, aliases: ["path"])])

    private let probe: FileProbe

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        probe = FileProbe(try arguments.requiredString("src"), content: .always, limit: 4 << 20)
    }

    package var probes: [any Probe] { [probe] }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(probe)
        guard let state = finding.followed else { throw ModuleFailure("file not found: \(probe.path)") }
        guard let content = finding.content else {
            throw ModuleFailure("\(probe.path) is \(state.kind.noun) that cannot be read, or is longer than 4 MiB")
        }
        return Convergence(result: [
            "content": .string(Data(content).base64EncodedString()), "encoding": "base64",
            "source": .string(probe.path),
        ])
    }
}
