import OrderedCollections
import Remote
import YAML

/// `command` and `shell` with `creates` or `removes`: convergent, since the path tells whether there is work.
struct GuardedCommand: Convergent {
    static let spec = CommandModule.spec

    private let command: CommandLine
    private let creates: String?
    private let removes: String?
    private let directory: String?

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        try self.init(arguments, command: CommandModule.line(arguments))
    }

    init(_ arguments: Arguments, command: CommandLine) throws {
        self.command = command
        creates = try arguments.string("creates")
        removes = try arguments.string("removes")
        directory = try arguments.string("chdir")
    }

    var probes: [any Probe] { [creates, removes].compactMap(\.self).map(probe) }

    func converge(_ findings: Findings) throws -> Convergence {
        if let creates, try findings(probe(creates)) {
            return Convergence(result: command.result(skippedSince: creates, "exists"))
        }
        if let removes, try !findings(probe(removes)) {
            return Convergence(result: command.result(skippedSince: removes, "does not exist"))
        }
        return Convergence(
            [Change("run \(command.title)", by: command.fragment)], result: command.resultUnlessChecking)
    }

    func failure(of change: Change, _ reply: Reply) -> ModuleFailure? { command.failure(reply) }

    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        replies.last.map(command.result) ?? convergence.result
    }

    private func probe(_ path: String) -> PathProbe {
        guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return PathProbe(path) }
        return PathProbe("\(directory)/\(path)")
    }
}
