import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `file`: a path is a directory, a link, a file with given attributes, or nothing.
package struct FileModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.file", summary: "Sets what a path is: directory, link, attributes, or nothing.",
        arguments: [
            ArgumentSpec("path", .path, required: true, aliases: ["dest", "name"]),
            ArgumentSpec("state", choices: State.allCases.map(\.rawValue)),
            ArgumentSpec("src", .path),
            ArgumentSpec("recurse", .bool),
            ArgumentSpec("force", .bool),
            ArgumentSpec("follow", .bool),
            ArgumentSpec("modification_time", choices: ["preserve", "now"]),
            ArgumentSpec("access_time", choices: ["preserve", "now"]),
        ] + ArgumentSpec.fileAttributes)

    enum State: String, CaseIterable {
        case absent, directory, file, hard, link, touch
    }

    let path: String
    let state: State?
    let source: String?
    let recurse: Bool
    let force: Bool
    let follow: Bool
    let attributes: FileAttributes
    private let keepsModified: Bool?
    private let keepsAccessed: Bool?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let path = try arguments.requiredString("path")
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        state = try arguments.string("state").flatMap(State.init)
        source = try arguments.string("src")
        recurse = try arguments.bool("recurse") ?? false
        force = try arguments.bool("force") ?? false
        follow = try arguments.bool("follow") ?? true
        attributes = try arguments.fileAttributes()
        keepsModified = try arguments.string("modification_time").map { $0 == "preserve" }
        keepsAccessed = try arguments.string("access_time").map { $0 == "preserve" }
        if source != nil, state != .link, state != .hard {
            throw arguments.problem("src", "needs state: link or hard")
        }
        if source == nil, state == .hard { throw arguments.problem("state", "hard needs src") }
        if recurse, let state, state != .directory { throw arguments.problem("recurse", "needs state: directory") }
    }

    package var probes: [any Probe] {
        var probes: [any Probe] = [FileProbe(path)]
        if state == .directory || recurse { probes += Directories.chain(to: path).map { FileProbe($0) } }
        if let source { probes.append(FileProbe(sourcePath(source))) }
        if recurse { probes.append(TreeProbe(path)) }
        return probes
    }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(FileProbe(path))
        if finding.denied { throw ModuleFailure("\(path) may not be looked at: permission denied") }
        let wanted = state ?? (recurse && finding.state == nil ? .directory : Self.present(finding))
        guard !recurse || wanted == .directory else {
            throw ModuleFailure("recurse needs a directory, and \(path) is none")
        }
        var convergence =
            switch wanted {
            case .absent: absent(finding)
            case .directory: try directory(finding, findings)
            case .file: try file(finding)
            case .hard: try hardLink(finding, findings)
            case .link: try link(finding, findings)
            case .touch: try touch(finding)
            }
        convergence.result["path"] = .string(path)
        convergence.result["dest"] = .string(path)
        // What was touched is a file, to Ansible too.
        if wanted != .absent {
            // A link's own owner and mode say nothing of what it leads to.
            let present = follow && wanted != .link ? finding.followed : finding.state
            let result = attributes.result(after: present, isDirectory: wanted == .directory)
            convergence.result.merge(wanted == .link && present == nil ? [:] : result) { _, new in new }
        }
        if let state { convergence.result["state"] = .string((state == .touch ? .file : state).rawValue) }
        return convergence
    }

    /// The attributes' change of what is there, its target if it is a link to be followed.
    func attributeChange(_ finding: FileFinding) -> Change? {
        guard let present = follow ? finding.followed : finding.state else { return nil }
        return attributes.differences(from: present).change(of: path, followsLinks: follow)
    }

    /// A task without `state` leaves the kind as it is.
    private static func present(_ finding: FileFinding) -> State {
        switch finding.state?.kind {
        case .link: .link
        case .directory: .directory
        default: .file
        }
    }

    private func absent(_ finding: FileFinding) -> Convergence {
        guard let present = finding.state else { return Convergence() }
        let summary = present.kind == .directory ? "remove the directory and all in it" : "remove \(present.kind.noun)"
        return Convergence([Change(summary, by: .changes("rm -rf -- \(path)"))])
    }

    private func file(_ finding: FileFinding) throws -> Convergence {
        guard let present = follow ? finding.followed : finding.state else {
            throw ModuleFailure("file (\(path)) is absent, cannot continue")
        }
        guard present.kind != .directory, present.kind != .link else {
            throw ModuleFailure("file (\(path)) is \(present.kind.noun), cannot continue")
        }
        return Convergence(attributeChange(finding).map { [$0] } ?? [])
    }

    private func touch(_ finding: FileFinding) throws -> Convergence {
        guard finding.followed != nil else {
            let lines = ["set -e", ": >> \(path)"] + attributes.shell(for: "\(path)", isDirectory: false)
            let summary = ["create an empty file"] + attributes.summaries(isDirectory: false)
            return Convergence([Change(summary.joined(separator: ", "), by: .changes(.lines(lines)))])
        }
        var changes = attributeChange(finding).map { [$0] } ?? []
        switch (keepsModified ?? false, keepsAccessed ?? false) {
        case (true, true): break
        case (false, true): changes.append(Change("modification time", by: .changes("touch -m -- \(path)")))
        case (true, false): changes.append(Change("access time", by: .changes("touch -a -- \(path)")))
        case (false, false): changes.append(Change("touch", by: .changes("touch -- \(path)")))
        }
        return Convergence(changes)
    }
}
