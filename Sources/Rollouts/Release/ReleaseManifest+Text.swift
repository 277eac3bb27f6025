extension ReleaseManifest {
    /// One line an entry: kind, octal mode, size, digest or target, path, separated by tabs. A line of kind `s` before
    /// them has the schema levels, where they were stated.
    package var text: String {
        let stated = schema.map { "s\t-\t\($0.needs)\t\($0.brings)\t-\n" } ?? ""
        return stated + entries.map { $0.line + "\n" }.joined()
    }

    /// - Throws: `RolloutError`: `badManifest` with the line's number, or what `ReleaseTree` finds.
    package init(parsing text: String) throws(RolloutError) {
        var entries: [Entry] = []
        var schema: SchemaLevels?
        for (index, line) in text.plainLines.enumerated() {
            if line.hasPrefix("s\t") {
                let fields = line.split(separator: "\t")
                guard fields.count == 5, let needs = Int(fields[2]), let brings = Int(fields[3]) else {
                    throw .badManifest(line: index + 1)
                }
                schema = SchemaLevels(needs: needs, brings: brings)
                continue
            }
            guard let entry = Entry(line: line) else { throw .badManifest(line: index + 1) }
            entries.append(entry)
        }
        self.init(entries, schema: schema)
        try ReleaseTree.check(self)
    }
}

extension ReleaseManifest.Entry {
    var line: String {
        let octal = String(mode, radix: 8)
        switch kind {
        case .folder: return "d\t\(octal)\t0\t-\t\(path)"
        case .file(let size, let digest): return "f\t\(octal)\t\(size)\t\(digest)\t\(path)"
        case .link(let target): return "l\t\(octal)\t0\t\(target)\t\(path)"
        }
    }

    /// - Returns: nil for what is no line of a manifest, or for a path that leads out of the release.
    init?(line: Substring) {
        let fields = line.split(separator: "\t", maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5, let mode = Int(fields[1], radix: 8), 0...0o777 ~= mode,
            let size = Int(fields[2]), size >= 0, Self.isInside(String(fields[4]))
        else { return nil }
        let kind: ReleaseManifest.Kind
        switch fields[0] {
        case "d": kind = .folder
        case "f" where Self.isDigest(fields[3]): kind = .file(size: size, digest: String(fields[3]))
        case "l" where ReleaseManifest.isInside(link: String(fields[3]), at: String(fields[4])):
            kind = .link(target: String(fields[3]))
        default: return nil
        }
        self.init(path: String(fields[4]), mode: mode, kind: kind)
    }

    private static func isInside(_ path: String) -> Bool {
        let parts = path.pathParts
        guard path.isPlainName, !ReleaseManifest.reservedNames.contains(String(parts[0])) else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    /// Hosts name files by it.
    private static func isDigest(_ text: Substring) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }
}
