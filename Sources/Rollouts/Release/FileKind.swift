import Glibc
import SystemPackage

/// What stands at a path.
enum FileKind: Hashable, Sendable {
    case folder(mode: Int)
    case file(size: Int, mode: Int)
    case link
    /// A device, a socket.
    case other
    case nothing

    /// - Parameter followsLinks: looks at what a link leads to.
    init(_ path: FilePath, followsLinks: Bool = false) {
        var status = stat()
        guard (followsLinks ? stat(path.string, &status) : lstat(path.string, &status)) == 0 else {
            self = .nothing
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: self = .folder(mode: Int(status.st_mode & 0o7777))
        case S_IFLNK: self = .link
        case S_IFREG: self = .file(size: Int(status.st_size), mode: Int(status.st_mode & 0o7777))
        default: self = .other
        }
    }
}

extension FileKind {
    var isFolder: Bool { if case .folder = self { true } else { false } }

    /// What links lead to, from the root; nil when nothing is there.
    static func resolved(_ path: FilePath) -> FilePath? {
        guard let text = realpath(path.string, nil) else { return nil }
        defer { free(text) }
        return FilePath(String(cString: text))
    }

    /// False when it could not be done.
    static func rename(_ path: FilePath, to target: FilePath) -> Bool {
        Glibc.rename(path.string, target.string) == 0
    }

    static func remove(_ path: FilePath) -> Bool {
        unlink(path.string) == 0
    }
}
