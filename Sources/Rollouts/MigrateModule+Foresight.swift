import Modules
import OrderedCollections
import Remote
import SystemPackage
import YAML

extension MigrateModule {
    /// Plans the migrations of a release that was not pushed so far: their files travel, and the live release's program
    /// reads them.
    func foresee(
        _ src: String, _ folder: String, by command: Shell, live: LiveRelease, _ host: any ActionHost
    ) async throws -> Outcome {
        let nothing: ValueMap = ["applied": 0, "pending": [], "held": []]
        guard live != .none else {
            return Outcome(changed: false, result: nothing, message: "no release is live that could tell")
        }
        let migrations: MigrationArchive
        do { migrations = try await MigrationArchive(of: src) } catch { throw ModuleFailure("\(error)") }
        guard !migrations.isEmpty else {
            return Outcome(changed: false, result: nothing, message: "the release brings no migrations")
        }
        await host.progress("looking at the database")
        let text: Shell = "\(try await environment(host))\(migrations.seat(in: folder, for: command))"
        let fragment = Fragment.reads(text, inputs: [migrations.bytes], timeout: timeout)
        guard let reply = try await host.run([fragment]).first else { throw ModuleFailure("the host did not answer") }
        return try MigrationAnswer(reply).outcome(plans: true)
    }
}

/// The files of a release's folder `migrations`, as a tar archive.
struct MigrationArchive: Hashable, Sendable {
    static let folder = "migrations"

    private(set) var bytes: [UInt8] = []
    private(set) var isEmpty = true

    /// - Parameter src: a release's folder, of which nothing else is read, or its packed file.
    /// - Throws: `RolloutError` when a file can't be read.
    init(of src: String) async throws {
        guard FileKind(FilePath(src), followsLinks: true).isFolder else {
            try add(try await Release.read(src), below: Self.folder + "/")
            return
        }
        let folder = FilePath(src).appending(Self.folder)
        guard FileKind(folder).isFolder else { return }
        do { try add(try await FolderScan(folder).release(), below: "") } catch RolloutError.emptyFolder {}
    }

    private mutating func add(_ release: Release, below prefix: String) throws {
        for entry in release.manifest.entries where entry.path.hasPrefix(prefix) {
            var inside = entry
            inside.path = String(entry.path.dropFirst(prefix.count))
            bytes += TarHeader.bytes(of: inside)
            guard entry.isFile else { continue }
            bytes += try release.slice(of: entry).read()
            bytes += TarHeader.padding(after: entry.size)
            isEmpty = false
        }
        bytes += TarHeader.end
    }

    /// Runs a command in a folder that looks like `folder`, but for its migrations: those are of `$in1`. It is made beside
    /// that, so that it goes with the shell when the run is killed.
    func seat(in folder: String, for command: Shell) -> Shell {
        """
        seat=$(mktemp -d "${in1%/*}/plan.XXXXXX") || exit 1
        for entry in \(folder)/*; do
        [ "${entry##*/}" = \(Self.folder) ] || ln -s "$entry" "$seat/"
        done
        mkdir "$seat"/\(Self.folder); tar -x -f "$in1" -C "$seat"/\(Self.folder) && (
        cd "$seat" || exit 1
        \(command)
        )
        status=$?; rm -rf "$seat"; exit "$status"
        """
    }
}
