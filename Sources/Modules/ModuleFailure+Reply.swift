package import Remote
import YAML
import OrderedCollections

extension ModuleFailure {
    /// A fragment that failed: what it was doing, and why by its own last words.
    package init(_ doing: String, _ reply: Reply) {
        self.init("\(doing): \(Self.reason(reply))", result: Self.result(reply))
        self.doing = doing
    }

    /// The last lines a failed fragment wrote, its exit status when it wrote none.
    private static func reason(_ reply: Reply) -> String {
        let spoken = [reply.errors, reply.output].map(lastLines).first { !$0.isEmpty }
        let status = reply.status == 124 ? "timed out" : "exit status \(reply.status)"
        return spoken.map { "\($0) (\(status))" } ?? status
    }

    private static func lastLines(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).suffix(4).joined(separator: "\n")
    }

    private static func result(_ reply: Reply) -> ValueMap {
        ["rc": .int(Int(reply.status)), "stdout": .string(reply.output), "stderr": .string(reply.errors)]
    }
}

extension Change {
    /// The failure of this change, for a reply of its fragment that is no success.
    package func failure(_ reply: Reply) -> ModuleFailure { ModuleFailure(summary, reply) }
}
