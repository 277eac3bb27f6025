import Remote

/// The directories on the way to a path, and the making of those that are missing.
enum Directories {
    /// `/a`, `/a/b` for `/a/b`: every directory that has to be there, from the root on.
    static func chain(to path: String) -> [String] {
        var prefix = path.hasPrefix("/") ? "" : nil as String?
        return path.split(separator: "/").map { part in
            let next = prefix.map { "\($0)/\(part)" } ?? String(part)
            prefix = next
            return next
        }
    }

    /// The part before the last slash; `.` for a bare name, `/` for a name at the root.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    /// Those of the chain that are missing.
    /// - Throws: `ModuleFailure` when one of them is something else.
    static func missing(on chain: [String], _ findings: Findings) throws -> [String] {
        try chain.filter { directory in
            let finding = try findings(FileProbe(directory))
            if finding.denied { throw ModuleFailure("\(directory) may not be looked at") }
            guard let state = finding.state else { return true }
            guard let followed = finding.followed, followed.kind == .directory else {
                throw ModuleFailure("\(directory) is \(state.kind.noun), not a directory")
            }
            return false
        }
    }

    /// Makes directories in their order, each with the attributes.
    static func creation(_ missing: [String], _ attributes: FileAttributes) -> Change {
        let made = missing.flatMap { directory -> [Shell] in
            // Another run, or another name of this machine, may make it at the same moment.
            ["mkdir -- \(directory) || [ -d \(directory) ]" as Shell]
                + attributes.shell(for: "\(directory)", isDirectory: true)
        }
        let names = missing.count == 1 ? "directory" : "directories \(missing.joined(separator: ", "))"
        return Change(
            (["create \(names)"] + attributes.summaries(isDirectory: true)).joined(separator: ", "),
            by: .changes(.lines(["set -e"] + made)))
    }
}
