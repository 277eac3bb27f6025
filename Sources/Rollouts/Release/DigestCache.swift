import Digests
import Glibc
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The digests of a folder's files as a push found them last, so that the next one reads only what was written since.
///
/// As git's index does it: a file is the same when its inode, its size and both its times are, and when it was changed
/// well before it was read: what is written within one tick of the clock leaves it the same time, and of what a program
/// writes to a mapping of it the kernel may tell half a minute late.
struct DigestCache: Sendable {
    /// What the file system says of a file.
    struct Sight: Hashable, Sendable {
        fileprivate let text: String
        /// When it was last written to, moved, or given to somebody: seconds since 1970.
        let changed: Int

        /// - Returns: nil for what is no file.
        init?(_ path: FilePath) {
            var status = stat()
            guard lstat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let times = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
            text = "\(status.st_dev).\(status.st_ino).\(status.st_size)." + times.map { "\($0)" }.joined(separator: ".")
            changed = status.st_ctim.tv_sec
        }
    }

    /// A file that was read, or found unchanged.
    struct Entry: Sendable {
        var name: String
        var sight: Sight
        var digest: String
    }

    private let file: FilePath
    private let known: [String: (sight: String, digest: String)]

    private let rest: Int
    private let leastBytes: Int

    /// What is not asked for so long is let go.
    private static let keptDays = 30

    /// - Parameters:
    ///   - home: where the user's caches are.
    ///   - rest: how long before it is read a file has to have been left alone, in seconds.
    ///   - leastBytes: a smaller folder is read as fast.
    init(of folder: FilePath, below home: FilePath, rest: Int = 60, leastBytes: Int = 16 << 20) {
        (self.rest, self.leastBytes) = (rest, leastBytes)
        let path = FileManager.default.currentDirectoryPath
        let whole = folder.isAbsolute ? folder : FilePath(path).pushing(folder)
        file = home.appending("intchain/digests").appending(SHA256.hex(whole.lexicallyNormalized().string.utf8))
        known = Self.read(file)
    }

    /// `$XDG_CACHE_HOME`, or where it is by default.
    static func home(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> FilePath {
        if let given = environment["XDG_CACHE_HOME"], given.hasPrefix("/") { return FilePath(given) }
        return FilePath(environment["HOME"] ?? "/root").appending(".cache")
    }

    /// The file's digest; nil when it has to be read.
    func digest(of name: String, _ sight: Sight) -> String? {
        guard let entry = known[name], entry.sight == sight.text else { return nil }
        return entry.digest
    }

    /// Keeps what can be told again. It is only a saving, so nobody is told when it can't be kept.
    /// - Parameter start: when the reading began, in seconds since 1970.
    func keep(_ entries: [Entry], of bytes: Int, since start: Int) {
        guard bytes >= leastBytes else { return }
        let settled = entries.filter { $0.sight.changed < start - rest }
        guard settled.contains(where: { known[$0.name]?.sight != $0.sight.text }) || settled.count != known.count else {
            return
        }
        let text = settled.map { "\($0.digest) \($0.sight.text) \($0.name)\n" }.joined()
        let folder = file.removingLastComponent().string
        let files = FileManager.default
        try? files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? Data(text.utf8).write(to: URL(filePath: file.string), options: .atomic)
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
            var status = stat()
            let path = "\(folder)/\(name)"
            guard stat(path, &status) == 0, status.st_mtim.tv_sec < start - Self.keptDays * 86_400 else { continue }
            unlink(path)
        }
    }

    /// A line that can't be read is a file that has to be.
    private static func read(_ file: FilePath) -> [String: (sight: String, digest: String)] {
        guard let data = FileManager.default.contents(atPath: file.string) else { return [:] }
        var known: [String: (sight: String, digest: String)] = [:]
        for line in Array(data).split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard fields.count == 3, fields[0].count == 64 else { continue }
            let texts = fields.map { String(decoding: $0, as: UTF8.self) }
            known[texts[2]] = (texts[1], texts[0])
        }
        return known
    }
}
