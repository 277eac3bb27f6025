import ArgumentParser
import Rollouts
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl release pack DIR [-o FILE]`: makes one file of a folder.
struct ReleasePack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Make a release of a folder: one file with a manifest, which 'deploy' takes.")

    @Argument(help: "The folder, such as dist/intchain or the output of 'dotnet publish'.", completion: .directory)
    var folder: String

    @Option(name: [.short, .long], help: "The file to write; otherwise NAME-ID.release in this folder.")
    var output: String?

    @Option(
        name: .customLong("release-version"), help: "Its version; otherwise the first line of the folder's VERSION.")
    var releaseVersion: String?

    @Option(help: "The commit it was built from; otherwise what git says of the folder.")
    var commit: String?

    @Option(
        name: .customLong("schema-needs"), help: "The number of the last migration that it can't do without.")
    var schemaNeeds: Int?

    @Option(
        name: .customLong("schema-brings"),
        help: "The number of the last migration that it brings; otherwise the highest in its migrations/.")
    var schemaBrings: Int?

    @Option(help: "Sign it with this SSH key (private, or public with an agent).", completion: .file())
    var sign: String?

    func run() async throws {
        let context = Context.live()
        var release = try await Release.read(folder)
        if let stated = try schema(of: release) { release = release.stating(stated) }
        release.metadata.version = releaseVersion ?? release.metadata.version
        let found = commit == nil ? await GitCommit(of: folder).name : nil
        release.metadata.commit = commit ?? found
        release.metadata.builder = Self.builder(context.environment)
        release.metadata.packed = Date().formatted(.iso8601)
        if let sign { release.signature = try await ReleaseSigning.sign(release, with: sign) }
        guard let id = release.manifest.id(version: nil) else { throw CommandFailure("the release has no id") }
        let name = FilePath(folder).lexicallyNormalized().lastComponent?.string ?? "release"
        let target = output ?? "\(name == "." || name == ".." ? "release" : name)-\(id).release"
        try release.pack(to: FilePath(target))
        context.console.say("\(id): \(release.manifest.summary)")
        context.console.print(target)
    }

    private func schema(of release: Release) throws -> ReleaseManifest.SchemaLevels? {
        guard schemaNeeds != nil || schemaBrings != nil else { return nil }
        guard let brings = schemaBrings ?? release.manifest.lastMigration else {
            throw CommandFailure(
                "what schema does it bring? it has no migrations/", hint: "add --schema-brings NUMBER", status: .usage)
        }
        let needs = schemaNeeds ?? brings
        guard needs <= brings, needs >= 0 else {
            throw CommandFailure("it needs schema \(needs) but brings only \(brings)", status: .usage)
        }
        return ReleaseManifest.SchemaLevels(needs: needs, brings: brings)
    }

    private static func builder(_ environment: [String: String]) -> String {
        let machine = ProcessInfo.processInfo.hostName
        return "\(environment["USER"] ?? environment["LOGNAME"] ?? "unknown")@\(machine)"
    }
}
