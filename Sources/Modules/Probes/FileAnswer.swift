import Foundation
import Remote

/// One file in the answer of `stat`.
struct FileRecord {
    /// The fields of `init`, each ended by NUL.
    static let format = #"%n\0%f\0%U\0%G\0%u\0%g\0%s\0%h\0%i\0%d\0%b\0%o\0%t\0%T\0%X\0%Y\0%Z\0%N\0"#

    var state: FileState
    /// `path -> target` for a symbolic link, as QUOTING_STYLE=literal prints it.
    var name: String

    init?(_ fields: inout NULFields) {
        guard let mode = fields.number(radix: 16), let kind = FileState.Kind(rawMode: mode),
            let owner = fields.text(), let group = fields.text(),
            let uid = fields.number(), let gid = fields.number(),
            let size = fields.number(), let links = fields.number(),
            let inode = fields.number(), let device = fields.number(),
            let blocks = fields.number(), let blockSize = fields.number(), let major = fields.number(radix: 16),
            let minor = fields.number(radix: 16),
            let accessed = fields.number(), let modified = fields.number(), let changed = fields.number(),
            let name = fields.text()
        else { return nil }
        self.name = name
        state = FileState(
            kind: kind, mode: mode & 0o7777, owner: owner, group: group, uid: uid, gid: gid, size: size, links: links,
            inode: inode, device: device, blocks: blocks, blockSize: blockSize,
            deviceType: Self.number(major: major, minor: minor), accessed: accessed, modified: modified,
            changed: changed)
    }
}

extension FileRecord {
    /// Linux's `makedev`.
    private static func number(major: Int, minor: Int) -> Int {
        (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xff) << 12 | (major & ~0xfff) << 32
    }
}

/// The answer to all file probes of a host, in sections: states, states behind links, digests, contents.
struct FileAnswer {
    private var states: [String: FileRecord] = [:]
    private var targets: [String: FileRecord] = [:]
    private let digests: String
    private var contents: [Int: [UInt8]] = [:]
    private let complaints: [Substring]

    init?(_ reply: Reply) {
        var fields = NULFields(reply.stdout)
        guard let states = Self.records(&fields), let targets = Self.records(&fields), let digests = fields.text(),
            let contents = Self.contents(&fields), fields.isAtEnd
        else { return nil }
        self.states = states
        self.targets = targets
        self.digests = digests
        self.contents = contents
        complaints = reply.errors.split(separator: "\n").filter { $0.hasSuffix("Permission denied") }
    }

    func finding(for probe: FileProbe, at index: Int) -> FileFinding {
        let path = probe.path
        var finding = FileFinding(path: path, state: states[path]?.state)
        if let record = states[path], record.state.kind == .link {
            finding.target = targets[path]?.state
            finding.linkText = String(record.name.dropFirst(path.count + " -> ".count))
        }
        finding.denied = finding.state == nil && complaints.contains { $0.contains(path) }
        if probe.digest { finding.sha256 = DigestLines.parse(digests, for: [path])[path] }
        finding.content = contents[index].flatMap { $0.count > probe.limit ? nil : $0 }
        return finding
    }

    private static func records(_ fields: inout NULFields) -> [String: FileRecord]? {
        var records: [String: FileRecord] = [:]
        while let path = fields.text() {
            if path.isEmpty { return records }
            guard let record = FileRecord(&fields) else { return nil }
            records[path] = record
        }
        return nil
    }

    private static func contents(_ fields: inout NULFields) -> [Int: [UInt8]]? {
        var contents: [Int: [UInt8]] = [:]
        while let index = fields.text() {
            if index.isEmpty { return contents }
            guard let index = Int(index), let encoded = fields.bytes(), let data = Data(base64Encoded: Data(encoded))
            else { return nil }
            contents[index] = Array(data)
        }
        return nil
    }
}
