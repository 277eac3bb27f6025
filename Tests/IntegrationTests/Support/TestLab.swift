import Foundation
import Glibc
import Testing

/// The lab that `scripts/test` has booted, provisioned and deployed to.
enum TestLab {
    static let name = ProcessInfo.processInfo.environment["INTCHAIN_TEST_LAB"] ?? ""

    static var isUp: Bool {
        ProcessInfo.processInfo.environment["INTCHAIN_LAB_TESTS"] == "1" && !name.isEmpty
    }

    static let reason: Comment = "needs a provisioned lab: scripts/test boots one and names it in INTCHAIN_TEST_LAB"

    static let hosts = ["lb1", "app1", "app2", "db1", "db2", "redis1", "redis2"]

    /// The value of `-i`.
    static var inventory: String { "lab:" + name }

    static var inventoryFile: String { "/var/lib/intchain-lab/\(name)/inventory.yml" }

    /// A command that takes `-i`, on this lab.
    static func tool(_ words: String..., more: [String] = [], interrupt: Duration? = nil) async throws -> Outcome {
        try await Tool.run(words + ["-i", inventory] + more, interrupt: interrupt)
    }

    /// The same, killed after some seconds.
    /// - Returns: false when it had ended before.
    static func kill(after seconds: Double, _ words: String...) async throws -> Bool {
        let outcome = try await Program.run(
            ["timeout", "-s", "KILL", "\(seconds)", Tool.path] + words + ["-i", inventory])
        return outcome.code == 128 + Int(SIGKILL)
    }

    /// `lab VERB …` as root.
    @discardableResult
    static func lab(_ verb: String, _ words: String...) async throws -> Outcome {
        try await root([Tool.path, "lab", verb, "--name", name] + words)
    }

    /// A shell script inside a host, as root.
    static func shell(_ host: String, _ script: String) async throws -> Outcome {
        try await root([Tool.path, "lab", "exec", "--name", name, host, "--", "sh", "-c", script])
    }

    /// A shell script inside a host that has to succeed.
    /// - Returns: its output without the last line feed.
    /// - Throws: `HostRefusal`; not an issue of its own, so that it may be tried again.
    @discardableResult
    static func run(_ host: String, _ script: String) async throws -> String {
        let outcome = try await shell(host, script)
        guard outcome.code == 0 else { throw HostRefusal(host: host, script: script, outcome: outcome) }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    static func root(_ words: [String]) async throws -> Outcome { try await Program.run(asRoot(words)) }

    static func asRoot(_ words: [String]) -> [String] { geteuid() == 0 ? words : ["sudo", "-n"] + words }
}

/// A script that failed on a host.
struct HostRefusal: Error, CustomStringConvertible {
    var host: String
    var script: String
    var outcome: Outcome

    var description: String { "\(host): \(script): exit status \(outcome.code): \(outcome.text)" }
}
