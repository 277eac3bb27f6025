import Remote

extension FileModule {
    /// Where a link's `src` is looked for: beside the link when it is relative.
    func sourcePath(_ source: String) -> String {
        source.hasPrefix("/") ? source : "\(Directories.parent(of: path))/\(source)"
    }

    func link(_ finding: FileFinding, _ findings: Findings) throws -> Convergence {
        guard let source else {
            guard finding.state?.kind == .link else { throw ModuleFailure("src is required for creating new symlinks") }
            return Convergence(attributeChange(finding).map { [$0] } ?? [])
        }
        let target = try findings(FileProbe(sourcePath(source)))
        guard force || target.followed != nil else {
            throw ModuleFailure(
                "src file does not exist, use force: true if you really want to create the link: \(target.path)")
        }
        try refuseConversion(finding, to: "symlink")
        if finding.state?.kind == .link, finding.linkText == source {
            return Convergence(attributeChange(finding).map { [$0] } ?? [])
        }
        let summary = finding.linkText.map { "link to \($0) → \(source)" } ?? "link to \(source)"
        var lines = replacement(of: finding, by: "ln -s -- \(source) \"$new\"")
        if target.followed != nil || !follow { lines += linkAttributes(target) }
        return Convergence([Change(summary, by: .changes(.lines(lines)))])
    }

    func hardLink(_ finding: FileFinding, _ findings: Findings) throws -> Convergence {
        let source = source ?? ""
        guard let target = try findings(FileProbe(sourcePath(source))).followed else {
            throw ModuleFailure("src does not exist: \(source)")
        }
        if let present = finding.state, present.inode == target.inode, present.device == target.device {
            return Convergence(attributeChange(finding).map { [$0] } ?? [])
        }
        if let present = finding.state, present.kind != .link || !force {
            guard force, present.kind == .file else {
                throw ModuleFailure("cannot link: \(path) exists as \(present.kind.noun)")
            }
        }
        let lines = replacement(of: finding, by: "ln -L -- \(sourcePath(source)) \"$new\"")
        return Convergence([Change("hard link to \(source)", by: .changes(.lines(lines)))])
    }

    private func refuseConversion(_ finding: FileFinding, to kind: String) throws {
        guard let present = finding.state, present.kind != .link, !force else { return }
        throw ModuleFailure("refusing to convert from \(present.kind.rawValue) to \(kind) for \(path)")
    }

    /// Owner and group of a new link, or, if links are followed, the attributes of what it leads to.
    private func linkAttributes(_ target: FileFinding) -> [Shell] {
        guard follow else {
            let names = FileAttributes(owner: attributes.owner, group: attributes.group)
            return names.differences(from: FileState(kind: .link, mode: 0o777, owner: "", group: "", uid: -1, gid: -1))
                .shell(for: "\(path)", followsLinks: false)
        }
        return target.followed.map { attributes.differences(from: $0).shell(for: "\(path)") } ?? []
    }

    /// Makes something new beside the path and renames it over the path: the path is never missing in between.
    private func replacement(of finding: FileFinding, by creation: Shell) -> [Shell] {
        let directory = Directories.parent(of: path)
        // `mktemp -u` only names: the name is random, and `ln` fails rather than overwrites.
        var lines: [Shell] = ["set -e", "new=$(mktemp -u -- \("\(directory)/.intchain.XXXXXXXXXX"))", creation]
        lines.append("trap 'rm -f -- \"$new\"' EXIT")
        if finding.state?.kind == .directory { lines.append("rmdir -- \(path)") }
        return lines + ["mv -fT -- \"$new\" \(path)", "trap - EXIT"]
    }
}
