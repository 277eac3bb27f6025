import Diagnostics
package import Modules
import OrderedCollections
import Remote
import YAML

/// `intchain.site.mysql_abandoned`: lets hosts with backups know from each other which transactions are history no more, so
/// that none restores them again.
///
/// Who can't be asked is passed over and named: it learns of it from the next run that reaches it.
package struct MySQLAbandonedModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_abandoned",
        summary: "Lets hosts with backups know which transactions are history no more.",
        arguments: [
            ArgumentSpec("hosts", .list(.string), required: true), ArgumentSpec("directory", .path, required: true),
            ArgumentSpec("tell", .bool),
        ])

    let hosts: [String]
    let directory: String
    /// Without it the hosts are only asked, as a plan does.
    let tells: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        hosts = try arguments.strings("hosts") ?? []
        directory = try arguments.requiredString("directory")
        tells = try arguments.bool("tell") ?? true
    }

    private var list: AbandonedList { AbandonedList(directory: directory) }

    package func act(on host: any ActionHost) async throws -> Outcome {
        @Sendable func peer(_ name: String) async throws -> any ActionHost {
            name == host.name ? host : try await host.peer(name)
        }
        let found = await concurrently(hosts) { name in
            let text = try await list.read(on: peer(name))
            return (host: name, text: text, history: try AbandonedHistory(parsing: text))
        }
        let known = found.compactMap { try? $1.get() }
        let united = AbandonedHistory(uniting: known.map(\.history)).text
        let written = await concurrently(known.filter { tells && $0.text != united }) {
            try await list.replace($0.text, by: united, on: peer($0.host))
        }
        let told = written.filter { (try? $1.get()) != nil }.map(\.0.host)
        let warnings =
            found.compactMap { Self.warning($0, $1) } + written.compactMap { Self.warning($0.host, $1) }
        let lines = told.map { "\($0) knows now what the others know of that" } + warnings
        return Outcome(
            changed: !told.isEmpty, result: ["told": .list(told.map(Value.string)), "known": .string(united)],
            message: lines.isEmpty ? nil : lines.joined(separator: "\n"))
    }

    private static func warning<Value>(_ host: String, _ result: Result<Value, any Error>) -> String? {
        guard case .failure(let error) = result else { return nil }
        return """
            \(host) could not be asked: \(error)
            what only \(host) knows to be abandoned, restores on other hosts may bring back, and the other way round
            """
    }
}

/// The file of a host.
struct AbandonedList: Sendable {
    let directory: String

    private var path: String { "\(directory)/abandoned" }

    func read(on host: any ActionHost) async throws -> String {
        let reply = try await host.run([.reads("[ ! -f \(path) ] || cat \(path)")]).first ?? Reply(status: 1)
        guard reply.succeeded else { throw ModuleFailure("read \(path)", reply) }
        return reply.output
    }

    /// - Throws: `ModuleFailure` also when it is not as it was read.
    func replace(_ old: String, by new: String, on host: any ActionHost) async throws {
        let reply = try await host.run([replacement(of: old, by: new)]).first ?? Reply(status: 1)
        guard reply.succeeded else { throw ModuleFailure("write \(path)", reply) }
    }

    /// Restores add to it under the same lock.
    func replacement(of old: String, by new: String) -> Fragment {
        .changes(
            """
            set -e
            [ -d \(directory) ] || install -d -o root -g mysql -m 0710 \(directory)
            exec 9>\(directory + "/.restore.lock")
            flock -w 60 9
            if [ -f \(path) ]; then cat \(path); fi | cmp -s - "$in1" ||
                { echo 'it has changed meanwhile: do the same once more' >&2; exit 1; }
            umask 077
            cat "$in2" >\(path + ".new")
            sync \(path + ".new")
            mv \(path + ".new") \(path)
            """, inputs: [Array(old.utf8), Array(new.utf8)], timeout: .seconds(90))
    }
}
