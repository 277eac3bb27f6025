import BlockingIO
import Glibc
import Rollouts
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The journals of runs on the operator's machine: a file a run, below `$XDG_STATE_HOME/intchain/runs`.
actor LocalJournals {
    nonisolated let folder: FilePath
    private let executor = BlockingExecutor(label: "journal")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs that are kept.
    private static let kept = 200

    init(environment: [String: String]) {
        let home = environment["HOME"] ?? "/root"
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/state"
        folder = FilePath(state).appending("intchain/runs")
    }

    nonisolated func path(of run: String) -> FilePath { folder.appending("\(run).jsonl") }

    /// Makes the folder, and lets the oldest journals go.
    /// - Throws: `CommandFailure` when nothing can be written there.
    func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for run in names().dropLast(Self.kept) { try FileManager.default.removeItem(atPath: path(of: run).string) }
        } catch {
            throw CommandFailure(
                "\(folder): the run's journal can't be kept there: \(error)",
                hint: "name another folder in XDG_STATE_HOME")
        }
    }

    /// Appends lines and waits until the disk has them.
    /// - Throws: `Errno`.
    func append(_ lines: [String], to run: String) throws {
        let file = try FileDescriptor.open(
            path(of: run), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
        try file.closeAfter {
            try file.writeAll(lines.map { $0 + "\n" }.joined().utf8)
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Every run's lines, by its id.
    func all() -> [String: [String]] {
        Dictionary(
            names().map { run in
                let bytes = FileManager.default.contents(atPath: path(of: run).string) ?? Data()
                return (run, HostJournal.lines(String(decoding: bytes, as: UTF8.self)[...]))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The ids, oldest first.
    private func names() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(".jsonl".count)) }.sorted()
    }
}
