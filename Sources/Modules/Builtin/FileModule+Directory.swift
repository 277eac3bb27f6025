import Remote

extension FileModule {
    func directory(_ finding: FileFinding, _ findings: Findings) throws -> Convergence {
        guard let present = follow ? finding.followed : finding.state else {
            guard finding.state == nil else { throw ModuleFailure("\(path) is a link to nothing") }
            let missing = try Directories.missing(on: Directories.chain(to: path), findings)
            return Convergence([Directories.creation(missing, attributes)])
        }
        guard present.kind == .directory else { throw ModuleFailure("\(path) already exists as \(present.kind.noun)") }
        var changes = attributeChange(finding).map { [$0] } ?? []
        if recurse, let change = below(try findings(TreeProbe(path))) { changes.append(change) }
        return Convergence(changes)
    }

    /// The change of everything below the directory whose attributes differ.
    private func below(_ tree: [TreeEntry]) -> Change? {
        let differing = tree.map { (entry: $0, changes: attributes.differences(from: $0.state)) }
            .filter { !$0.changes.isEmpty }
        guard let first = differing.first else { return nil }
        var lines: [Shell] = ["set -e"]
        for (changes, entries) in Dictionary(grouping: differing, by: \.changes.wanted).sorted(by: { $0.key < $1.key })
        {
            let paths = entries.map(\.entry.path)
            for start in stride(from: 0, to: paths.count, by: 500) {
                let some = Array(paths[start..<min(start + 500, paths.count)])
                lines += changes.shell(for: some)
            }
        }
        let count = differing.count == 1 ? first.entry.path : "\(first.entry.path) and \(differing.count - 1) more"
        return Change(
            "\(first.changes.summaries.joined(separator: ", ")) of \(count)", by: .changes(.lines(lines)))
    }
}

/// What a set of files is to get: the key under which they are changed by one command.
private struct WantedAttributes: Hashable, Comparable {
    var names: String
    var mode: String

    static func < (left: WantedAttributes, right: WantedAttributes) -> Bool {
        (left.names, left.mode) < (right.names, right.mode)
    }

    func shell(for paths: [String]) -> [Shell] {
        (names.isEmpty ? [] : ["chown -h \(names) -- \(paths)"]) + (mode.isEmpty ? [] : ["chmod \(mode) -- \(paths)"])
    }
}

extension AttributeChanges {
    fileprivate var wanted: WantedAttributes {
        let names = (owner?.after ?? "") + (group.map { ":\($0.after)" } ?? "")
        return WantedAttributes(names: names, mode: mode.map { "0" + FileMode.octal($0.after) } ?? "")
    }
}
