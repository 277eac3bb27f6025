import Glibc
import SystemPackage

/// A lock that the kernel releases when its holder dies, so it can't go stale.
struct FileLock: ~Copyable {
    private let file: FileDescriptor

    /// Waits for the lock; `waiting` is called once when another process holds it.
    ///
    /// - Throws: `LabError.busy` when it is still held after `limit`.
    init(_ path: FilePath, limit: Duration, waiting: () -> Void = {}) async throws {
        try path.removingLastComponent().makeFolders()
        let deadline = ContinuousClock.now + limit
        var told = false
        while true {
            if let file = try Self.taken(path) {
                self.file = file
                return
            }
            guard ContinuousClock.now < deadline else { throw LabError.busy(path) }
            if !told { waiting() }
            told = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Nil when another process holds it. A file whose holder has removed it meanwhile locks nobody out: whoever comes
    /// next makes a new one, so only the file that has the name now counts.
    private static func taken(_ path: FilePath) throws -> FileDescriptor? {
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        var opened = stat()
        var named = stat()
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0, fstat(file.rawValue, &opened) == 0,
            stat(path.string, &named) == 0, opened.st_ino == named.st_ino, opened.st_dev == named.st_dev
        else {
            try file.close()
            return nil
        }
        return file
    }

    deinit {
        try? file.close()
    }
}
