extension ReleaseManifest {
    /// What was stated, else what the release's own migrations say; nil when it has none.
    package var schemaLevels: SchemaLevels? {
        schema ?? lastMigration.map { SchemaLevels(needs: $0, brings: $0) }
    }

    /// The highest number that a file `migrations/NUMBER….sql` begins with.
    package var lastMigration: Int? {
        entries.compactMap { entry -> Int? in
            guard entry.isFile, entry.path.hasPrefix("migrations/"), entry.path.hasSuffix(".sql") else { return nil }
            return Int(entry.path.dropFirst("migrations/".count).prefix { $0.isASCII && $0.isNumber })
        }.max()
    }

    /// `2001 files, 128 MB`.
    package var summary: String {
        let files = entries.count(where: \.isFile)
        let megabytes = Double(size) / Double(1 << 20)
        let rounded = megabytes < 10 ? "\((megabytes * 10).rounded() / 10)" : "\(Int(megabytes.rounded()))"
        return "\(files) \(files == 1 ? "file" : "files"), \(rounded) MB"
    }
}

extension Release {
    /// The same release with stated schema levels.
    package func stating(_ schema: ReleaseManifest.SchemaLevels) -> Release {
        var release = self
        release.manifest = ReleaseManifest(manifest.entries, schema: schema)
        return release
    }
}
