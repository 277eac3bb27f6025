import OrderedCollections
import YAML

/// `stat`: what a path is, for `register`.
package struct StatModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.stat", summary: "Reports what a path is.",
        arguments: [
            ArgumentSpec("path", .path, required: true, aliases: ["dest", "name"]),
            ArgumentSpec("follow", .bool),
            ArgumentSpec("get_checksum", .bool),
            ArgumentSpec(
                "checksum_algorithm", choices: DigestProbe.Algorithm.allCases.map(\.rawValue),
                aliases: ["checksum", "checksum_algo"]),
            ArgumentSpec("get_mime", .bool, aliases: ["mime", "mime_type", "mime-type"]),
            ArgumentSpec("get_attributes", .bool, aliases: ["attr", "attributes"]),
        ])

    private let path: String
    private let follow: Bool
    private let digest: DigestProbe?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        path = try arguments.requiredString("path")
        for name in ["get_mime", "get_attributes"] where try arguments.bool(name) == true {
            throw arguments.problem(name, "is not supported", hint: "leave it out, or write \(name): false")
        }
        follow = try arguments.bool("follow") ?? false
        let algorithm = try arguments.string("checksum_algorithm").flatMap(DigestProbe.Algorithm.init) ?? .sha1
        digest = try arguments.bool("get_checksum") ?? true ? DigestProbe(path, algorithm) : nil
    }

    package var probes: [any Probe] { [FileProbe(path), AccessProbe(path)] + (digest.map { [$0] } ?? []) }

    package func converge(_ findings: Findings) throws -> Convergence {
        let finding = try findings(FileProbe(path))
        if finding.denied { throw ModuleFailure("\(path) may not be looked at: permission denied") }
        guard let state = follow ? finding.followed : finding.state else {
            return Convergence(result: ["stat": ["exists": false]])
        }
        var facts = state.facts
        let access = try findings(AccessProbe(path))
        facts["readable"] = .bool(access.reads)
        facts["writeable"] = .bool(access.writes)
        facts["executable"] = .bool(access.executes)
        facts["path"] = .string(path)
        if let target = finding.linkText, !follow {
            facts["lnk_target"] = .string(target)
            facts["lnk_source"] = .string(
                target.hasPrefix("/") ? target : "\(Directories.parent(of: path))/\(target)")
        }
        if state.kind == .file, let digest, let sum = try findings(digest) { facts["checksum"] = .string(sum) }
        return Convergence(result: ["stat": .map(facts)])
    }
}

extension FileState {
    /// Ansible's keys of `stat`.
    fileprivate var facts: ValueMap {
        var facts: ValueMap = [
            "exists": true, "mode": .string(FileMode.octal(mode)), "uid": .int(uid), "gid": .int(gid),
            "pw_name": .string(owner), "gr_name": .string(group), "size": .int(size), "nlink": .int(links),
            "inode": .int(inode), "dev": .int(device), "blocks": .int(blocks), "block_size": .int(blockSize),
            "device_type": .int(deviceType), "atime": .float(Double(accessed)),
            "mtime": .float(Double(modified)), "ctime": .float(Double(changed)),
            "isuid": .bool(mode & 0o4000 != 0), "isgid": .bool(mode & 0o2000 != 0),
        ]
        let kinds: [(Value, Kind)] = [
            ("isreg", .file), ("isdir", .directory), ("islnk", .link), ("isfifo", .fifo), ("issock", .socket),
            ("isblk", .blockDevice), ("ischr", .characterDevice),
        ]
        for (key, kind) in kinds { facts[key] = .bool(self.kind == kind) }
        for (index, key) in ["rusr", "wusr", "xusr", "rgrp", "wgrp", "xgrp", "roth", "woth", "xoth"].enumerated() {
            facts[.string(key)] = .bool(mode & (0o400 >> index) != 0)
        }
        return facts
    }
}
