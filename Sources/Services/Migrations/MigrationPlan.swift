/// What a database says of one migration it has had.
package struct AppliedMigration: Hashable, Sendable {
    package let version: Int
    package let checksum: String

    package init(version: Int, checksum: String) {
        self.version = version
        self.checksum = checksum
    }
}

/// Which files are still to be applied.
package struct MigrationPlan: Hashable, Sendable {
    package let pending: [Migration]
    /// The highest version that the database has; 0 for none.
    package let current: Int

    /// Compares the files with what the database has had. A database that is ahead of the files is fine: an older
    /// release was put back. A changed file, or one that was passed over, is refused.
    package init(files: [Migration], applied: [AppliedMigration]) throws(MigrationError) {
        let checksums = Dictionary(applied.map { ($0.version, $0.checksum) }) { first, _ in first }
        current = applied.map(\.version).max() ?? 0
        for file in files {
            guard let checksum = checksums[file.version] else {
                guard file.version > current else {
                    throw .skipped(file: file.file, current: Migration.number(current))
                }
                continue
            }
            guard checksum == file.checksum else { throw .changed(file: file.file) }
        }
        pending = files.filter { checksums[$0.version] == nil }
    }
}
