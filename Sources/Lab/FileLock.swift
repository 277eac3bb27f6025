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
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        let deadline = ContinuousClock.now + limit
        var told = false
        while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                try file.close()
                throw LabError.busy(path)
            }
            if !told { waiting() }
            told = true
            do {
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                try file.close()
                throw error
            }
        }
        self.file = file
    }

    deinit {
        try? file.close()
    }
}
