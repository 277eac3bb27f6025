import Diagnostics
package import Modules
import OrderedCollections
import Remote
import YAML

/// `intchain.site.migrate`: runs a release's migration command and reads from its JSON lines what it did.
///
/// The command learns in its environment what the site wishes: `INTCHAIN_MIGRATE_CONTRACT`, `…_LIVE_LEVEL`,
/// `…_RESOLVE`. Commands of other stacks need not know any of them.
package struct MigrateModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.migrate", summary: "Runs a release's database migrations.", freeForm: "command",
        arguments: [
            ArgumentSpec("command", .raw, required: true), ArgumentSpec("chdir", .path), ArgumentSpec("user"),
            ArgumentSpec("timeout", .int), ArgumentSpec("plan", .bool), ArgumentSpec("plan_command", .raw),
            ArgumentSpec("contract", choices: ["refuse", "hold", "allow"]), ArgumentSpec("resolve"),
            ArgumentSpec("path", .path), ArgumentSpec("hosts", .list(.string)), ArgumentSpec("src"),
        ])

    /// nil: what would be done is to be told, and the release's stack has no command for that.
    let shell: Shell?
    let plans: Bool
    let timeout: Duration?
    private let contract: String
    private let resolve: String
    /// Where releases are, and on which hosts one may be live; nil when that is of no matter.
    private let site: (path: String, hosts: [String])?
    /// The release on the operator's machine whose migrations are planned, by the program that is in `folder`; nil plans
    /// what is there.
    private let src: String?
    private let folder: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        plans = try arguments.bool("plan") ?? false
        shell = try Self.command(plans ? "plan_command" : "command", arguments)
        timeout = try arguments.seconds("timeout").map { .seconds($0) }
        contract = try arguments.string("contract") ?? "refuse"
        resolve = try arguments.string("resolve") ?? ""
        site = try arguments.string("path").map { ($0, try arguments.strings("hosts") ?? []) }
        (src, folder) = (try arguments.string("src"), try arguments.string("chdir"))
        guard src == nil || plans && folder != nil && site != nil else {
            throw arguments.problem("src", "is for plan: true, with chdir and path")
        }
        let form = /[0-9]+\.[0-9]+=(done|repeat)/
        guard resolve.isEmpty || resolve.wholeMatch(of: form) != nil else {
            throw arguments.problem("resolve", "'\(resolve)' is not like 0005.2=done or 0005.2=repeat")
        }
    }

    /// A list is words; a string is shell text, as everywhere in a playbook. An empty one is none.
    private static func command(_ name: String, _ arguments: Arguments) throws -> Shell? {
        let command: Shell
        if arguments.raw(name)?.list != nil {
            command = "\(try arguments.strings(name) ?? [])"
        } else {
            command = Shell(verbatim: try arguments.string(name) ?? "")
        }
        guard !command.text.isEmpty else { return nil }
        let folder = arguments.raw("src") == nil ? try arguments.string("chdir") : nil
        let enter: Shell = folder.map { "cd \($0) || exit 1\n" } ?? ""
        guard let user = try arguments.string("user") else { return "\(enter)\(command)" }
        return "\(enter)runuser -u \(user) -- sh -c \(command.text)"
    }

    package var onlyReads: Bool { plans }

    package func act(on host: any ActionHost) async throws -> Outcome {
        guard let shell else {
            guard plans else { throw ModuleFailure("there is no migration command: set migrate_command") }
            return Outcome(
                changed: false, message: "what would be migrated can't be told: there is no migrate_plan_command")
        }
        if let src, let folder, let site {
            return try await foresee(
                src, folder, by: shell, live: LiveRelease.of(host.name, from: host, at: site.path), host)
        }
        await host.progress(plans ? "looking at the database" : "migrating the database")
        let text: Shell = "\(try await environment(host))\(shell)"
        let fragment: Fragment = plans ? .reads(text, timeout: timeout) : .changes(text, timeout: timeout)
        guard let reply = try await host.run([fragment]).first else { throw ModuleFailure("the host did not answer") }
        return try MigrationAnswer(reply).outcome(plans: plans)
    }

    func environment(_ host: any ActionHost) async throws -> Shell {
        let level = try await liveLevel(host)
        return """
            export INTCHAIN_MIGRATE_CONTRACT=\(contract) INTCHAIN_MIGRATE_LIVE_LEVEL=\(level)
            export INTCHAIN_MIGRATE_RESOLVE=\(resolve)

            """
    }

    /// The level that every live release brings at least; `none` when nothing is live, empty when that is not known.
    private func liveLevel(_ host: any ActionHost) async throws -> String {
        guard let site else { return "" }
        var levels: [LiveRelease] = []
        for name in site.hosts.isEmpty ? [host.name] : site.hosts {
            levels.append(await LiveRelease.of(name, from: host, at: site.path))
        }
        return LiveRelease.common(levels)
    }
}
