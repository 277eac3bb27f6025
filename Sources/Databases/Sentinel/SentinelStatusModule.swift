import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.sentinel_status`: what the Sentinels say, as this host hears them; nothing is changed.
package struct SentinelStatusModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.sentinel_status", summary: "Asks the Sentinels whom they take for the primary.",
        arguments: SentinelSettings.arguments)

    let settings: SentinelSettings

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try SentinelSettings(arguments, in: context)
    }

    package var onlyReads: Bool { true }

    package func act(on host: any ActionHost) async throws -> Outcome {
        guard let reply = try await host.run([settings.look]).first else { throw ModuleFailure("no answer") }
        return Outcome(changed: false, result: ["sentinels": .list(settings.circle(reply).sentinels.map(\.value))])
    }
}
