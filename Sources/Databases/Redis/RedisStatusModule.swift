import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.redis_status`: what a Redis server says of itself; nothing is changed.
package struct RedisStatusModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.redis_status", summary: "Reads a Redis server's place and how its copy is.",
        arguments: [ArgumentSpec("timeout", .int)] + RedisSettings.arguments)

    let settings: RedisSettings
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try RedisSettings(arguments, in: context)
        patience = try arguments.seconds("timeout") ?? 6
    }

    package var onlyReads: Bool { true }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let peer = try settings.peer(host.name)
        guard let reply = try await host.run([settings.look(at: peer, within: patience)]).first else {
            throw ModuleFailure("no answer")
        }
        return Outcome(changed: false, result: ["redis": .list([settings.sight(peer, reply).value])])
    }
}
