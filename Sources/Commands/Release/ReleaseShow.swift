import ArgumentParser
import OrderedCollections
import Rollouts
import YAML

/// `intchainctl release show FILE|DIR`.
struct ReleaseShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a release is: id, metadata, schema, files.")

    @OptionGroup var argument: ReleaseArgument

    @Flag(help: "List the files too.")
    var files = false

    @Option(help: "text or json.")
    var output: OutputFormat = .text

    func run() async throws {
        let console = Context.live().console
        let release = try await Release.read(argument.release)
        let value = Self.value(of: release, files: files)
        guard output == .text else { return console.print(Value.map(value).json(pretty: true)) }
        for (name, value) in value where value.list == nil {
            console.print("\(name.string ?? "")".padded(to: 10) + Self.text(of: value))
        }
        guard files else { return }
        console.print("")
        for entry in release.manifest.entries where !(entry.kind == .folder) {
            console.print("\(String(entry.mode, radix: 8))  \(String(entry.size).padded(to: 11))  \(entry.path)")
        }
    }

    private static func text(of value: Value) -> String {
        if let map = value.map { return map.map { "\($0.string ?? "") \(text(of: $1))" }.joined(separator: ", ") }
        return value.string ?? value.json()
    }

    private static func value(of release: Release, files: Bool) -> ValueMap {
        var value: ValueMap = ["id": .string(release.manifest.id(version: nil)?.text ?? "?")]
        value.merge(release.metadata.fields) { $1 }
        if let schema = release.manifest.schemaLevels {
            value["schema"] = ["needs": .int(schema.needs), "brings": .int(schema.brings)]
        }
        value["files"] = .int(release.manifest.entries.count(where: \.isFile))
        value["bytes"] = .int(release.manifest.size)
        value["signed"] = .bool(release.signature != nil)
        guard files else { return value }
        value["files"] = .list(
            release.manifest.entries.filter(\.isFile).map { entry in
                [
                    "path": .string(entry.path), "mode": .string(String(entry.mode, radix: 8)),
                    "size": .int(entry.size), "sha256": .string(entry.digest ?? ""),
                ]
            })
        return value
    }
}
