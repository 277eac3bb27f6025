import Diagnostics
package import Modules
import OrderedCollections
import Remote
import YAML

/// `intchain.site.release`: a release is on the host, is live, or is left for the one before.
package struct ReleaseModule: Action {
    package static let name = "intchain.site.release"

    private static let states = ["staged", "live", "good", "bad", "previous", "listed", "intact", "fits"]

    package static let spec = ModuleSpec(
        name, summary: "Stages a release on a host, makes it live, or goes back to the one before.",
        arguments: [
            ArgumentSpec("path", .path), ArgumentSpec("src"),
            ArgumentSpec("state", required: true, choices: Self.states),
            ArgumentSpec("id"), ArgumentSpec("version"), ArgumentSpec("keep", .int),
            ArgumentSpec("owner"), ArgumentSpec("group"), ArgumentSpec("hosts", .list(.string)),
        ])

    enum Wish: Sendable {
        /// On these hosts; on none named, only on the task's own.
        case staged(src: String, version: String?, hosts: [String])
        /// On these hosts, from one of them that has it.
        case spread(ReleaseID, hosts: [String])
        case live(ReleaseID)
        /// Nothing is changed: whether there is room for it.
        case fits(src: String, version: String?)
        /// The live release came through its rollout on this host.
        case good(ReleaseID)
        /// It is not to be gone back to.
        case bad(ReleaseID)
        /// nil: whatever is live now; a release: only if it is live.
        case previous(from: ReleaseID?)
        /// Nothing is changed: the host's releases are the result.
        case listed
    }

    let store: ReleaseStore
    let wish: Wish
    let keep: Int
    let owner: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        store = ReleaseStore(try arguments.string("path") ?? "/app/intchain")
        wish = try Self.wish(arguments)
        keep = try arguments.int("keep") ?? 5
        let group = try arguments.string("group").map { ":\($0)" } ?? ""
        let account = try arguments.string("owner") ?? ""
        owner = account.isEmpty && group.isEmpty ? nil : account + group
        guard store.path.hasPrefix("/") else { throw arguments.problem("path", "'\(store.path)' is not absolute") }
        guard keep >= 1 else { throw arguments.problem("keep", "at least one release must be kept") }
    }

    package static func make(_ arguments: Arguments, in context: ModuleContext) throws -> any Module {
        guard arguments.raw("state") == "intact" else { return try ReleaseModule(arguments, in: context) }
        return try IntactRelease(arguments, in: context)
    }

    private static func wish(_ arguments: Arguments) throws -> Wish {
        let id = try arguments.string("id").map { text in
            guard let id = ReleaseID(text) else { throw arguments.problem("id", "'\(text)' is no release id") }
            return id
        }
        let state = try arguments.requiredString("state")
        switch state {
        case "staged", "fits":
            guard let src = try arguments.string("src") else {
                guard state == "staged", let id else {
                    throw arguments.problem("state", "\(state) needs the argument 'src'")
                }
                return .spread(id, hosts: try arguments.strings("hosts") ?? [])
            }
            guard state == "staged" else { return .fits(src: src, version: try arguments.string("version")) }
            return .staged(
                src: src, version: try arguments.string("version"), hosts: try arguments.strings("hosts") ?? [])
        case "live", "good", "bad":
            guard let id else { throw arguments.problem("state", "\(state) needs the argument 'id'") }
            return state == "live" ? .live(id) : state == "good" ? .good(id) : .bad(id)
        case "listed": return .listed
        default: return .previous(from: id)
        }
    }

    package var onlyReads: Bool {
        switch wish {
        case .listed, .fits: true
        default: false
        }
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        if case .staged(let src, let version, let hosts) = wish {
            return try await stage(src, version, on: hosts, from: host)
        }
        if case .spread(let id, let hosts) = wish { return try await spread(id, to: hosts, from: host) }
        if case .fits(let src, let version) = wish { return try await fits(src, version, on: host) }
        let history = try await store.history(host.run([store.look]).first)
        switch wish {
        case .staged, .spread, .fits: return Outcome(changed: false)
        case .live(let id): return try await publish(id, history, on: host)
        case .good(let id): return try await confirm(id, history, on: host)
        case .bad(let id): return try await condemn(id, history, on: host)
        case .listed:
            let schemas = ReleaseStore.schemas(try await host.run([store.schemas]).first)
            return Outcome(changed: false, result: ["releases": ReleaseListing(history, schemas: schemas).value])
        case .previous(let from): return try await goBack(from: from, history, on: host)
        }
    }

    func outcome(_ id: ReleaseID, changed: Bool, _ more: ValueMap = [:]) -> Outcome {
        var result: ValueMap = ["id": .string(id.text), "path": .string("\(store.path)/releases/\(id)")]
        result.merge(more) { $1 }
        return Outcome(changed: changed, result: result)
    }
}
