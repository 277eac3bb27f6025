import OrderedCollections
import YAML

/// `ping`: answers `pong` from a host that has a shell.
package struct PingModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.ping", summary: "Answers pong from a host with a working shell.",
        arguments: [ArgumentSpec("data")])

    private let data: String

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        data = try arguments.string("data") ?? "pong"
    }

    package var probes: [any Probe] { [PathProbe("/")] }

    package func converge(_ findings: Findings) throws -> Convergence {
        guard data != "crash" else { throw ModuleFailure("boom") }
        return Convergence(result: ["ping": .string(data)])
    }
}
