import Glibc
import SystemPackage

/// What stands at a path.
enum FileKind: Hashable, Sendable {
    case folder
    case file(size: Int, isExecutable: Bool)
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
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFREG: self = .file(size: Int(status.st_size), isExecutable: status.st_mode & 0o100 != 0)
        default: self = .other
        }
    }
}

extension FileKind {
    /// False when it could not be done.
    static func rename(_ path: FilePath, to target: FilePath) -> Bool {
        Glibc.rename(path.string, target.string) == 0
    }

    static func remove(_ path: FilePath) -> Bool {
        unlink(path.string) == 0
    }
}
