import Digests
import Modules
import OrderedCollections
import Remote
import YAML

/// A host written down in a golden case: what is not mentioned is not there.
struct GoldenHost {
    private let text: Value

    init(_ text: Value) {
        self.text = text
    }

    func answer(_ probe: any Probe, into findings: inout Findings) throws {
        switch probe {
        case let probe as FileProbe: findings.add(probe, file(probe))
        case let probe as PathProbe: findings.add(probe, text["files"]?[probe.pattern] != nil)
        case let probe as AccessProbe:
            let access = text["access"]?[probe.path]?.string ?? ""
            findings.add(
                probe, .init(reads: access.contains("r"), writes: access.contains("w"), executes: access.contains("x")))
        case let probe as TreeProbe: findings.add(probe, tree(probe))
        case let probe as DigestProbe: findings.add(probe, text["digests"]?[probe.path]?.string)
        case let probe as PackageProbe: findings.add(probe, packages(probe))
        case let probe as CandidateProbe: findings.add(probe, text["candidates"]?[probe.name]?.string)
        case let probe as PackageListsProbe: findings.add(probe, text["lists_age"]?.int)
        case let probe as UpgradeProbe: findings.add(probe, text["upgrades"]?.list?.compactMap(\.string) ?? [])
        case let probe as UnitProbe: findings.add(probe, unit(probe))
        case let probe as StaleUnitsProbe: findings.add(probe, text["stale_units"]?.list?.compactMap(\.string) ?? [])
        case let probe as GroupsProbe: findings.add(probe, groups)
        case let probe as UserProbe: findings.add(probe, user(probe))
        case let probe as CrontabProbe: findings.add(probe, text["crontabs"]?[probe.user]?.string)
        case let probe as SysctlProbe: findings.add(probe, text["sysctls"]?[probe.name]?.string)
        default: throw ModuleFailure("a golden case has no \(type(of: probe))")
        }
    }

    /// Directories that every host has.
    private static let directories: Set<String> = [
        "/", "/etc", "/etc/apt", "/etc/apt/sources.list.d", "/etc/cron.d", "/etc/nginx", "/etc/yum.repos.d", "/opt",
        "/srv",
    ]

    private func file(_ probe: FileProbe) -> FileFinding {
        var finding = FileFinding(path: probe.path)
        guard let entry = text["files"]?[probe.path] else {
            if Self.directories.contains(probe.path) { finding.state = FileState(kind: .directory, mode: 0o755) }
            return finding
        }
        finding.state = state(entry)
        finding.linkText = entry["link"]?.string
        if finding.state?.kind == .link, let target = entry["target"] { finding.target = state(target) }
        if let content = entry["content"]?.string {
            finding.content = Array(content.utf8)
            finding.sha256 = SHA256.hex(content.utf8)
        }
        return finding
    }

    private func state(_ entry: Value) -> FileState {
        let kind = entry["link"] == nil ? entry["kind"]?.string.flatMap(FileState.Kind.init) ?? .file : .link
        return FileState(
            kind: kind, mode: entry["mode"]?.int ?? (kind == .directory ? 0o755 : 0o644),
            owner: entry["owner"]?.string ?? "root", group: entry["group"]?.string ?? "root",
            uid: entry["uid"]?.int ?? 0,
            size: entry["content"]?.string?.utf8.count ?? 0, inode: entry["inode"]?.int ?? 0)
    }

    private func tree(_ probe: TreeProbe) -> [TreeEntry] {
        let entries = text["files"]?.map ?? [:]
        return entries.compactMap { path, entry in
            guard let path = path.string, path.hasPrefix(probe.path + "/") else { return nil }
            return TreeEntry(path: path, state: state(entry))
        }
    }

    private func packages(_ probe: PackageProbe) -> [InstalledPackage] {
        (text["packages"]?.map ?? [:]).compactMap { name, entry in
            guard let name = name.string,
                probe.name.prefix(while: { $0 != "=" && $0 != "*" }) == name || entry["for"]?.string == probe.name
            else { return nil }
            return InstalledPackage(
                name: name, version: entry["version"]?.string ?? entry.string ?? "",
                provides: entry["for"]?.string.map { [$0] } ?? [], isConfigured: entry["removed"] == nil)
        }
    }

    private func unit(_ probe: UnitProbe) -> UnitFinding {
        var properties = ["LoadState": "not-found", "ActiveState": "inactive"]
        for (key, value) in text["units"]?[probe.unit]?.map ?? [:] { properties[key.string ?? ""] = value.string }
        return UnitFinding(properties)
    }

    private var groups: [String: GroupFinding] {
        var groups: [String: GroupFinding] = [:]
        for (name, entry) in text["groups"]?.map ?? [:] {
            groups[name.string ?? ""] = GroupFinding(
                gid: entry["gid"]?.int ?? entry.int ?? 0, members: entry["members"]?.list?.compactMap(\.string) ?? [])
        }
        return groups
    }

    private func user(_ probe: UserProbe) -> UserFinding? {
        text["users"]?[probe.name].map { entry in
            UserFinding(
                name: probe.name, uid: entry["uid"]?.int ?? 1000, gid: entry["gid"]?.int ?? 1000,
                comment: entry["comment"]?.string ?? "", home: entry["home"]?.string ?? "/home/\(probe.name)",
                shell: entry["shell"]?.string ?? "/bin/sh", hasHome: entry["has_home"]?.bool ?? true,
                hash: probe.password ? entry["hash"]?.string.map { Secret($0) } : nil)
        }
    }
}
