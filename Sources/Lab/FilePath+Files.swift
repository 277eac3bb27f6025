import FoundationEssentials
import Glibc
import SystemPackage

/// The files of this machine that a lab reads and writes.
extension FilePath {
    package var exists: Bool { access(string, F_OK) == 0 }
    var isReadable: Bool { access(string, R_OK) == 0 }
    var isExecutable: Bool { access(string, X_OK) == 0 }

    /// - Throws: `LabError.file`.
    package func text() throws -> String {
        do {
            let file = try FileDescriptor.open(self, .readOnly, options: .closeOnExec)
            return try file.closeAfter { String(decoding: try Self.bytes(of: file), as: UTF8.self) }
        } catch let error as Errno {
            throw LabError.file(self, operation: "read", reason: error.description)
        }
    }

    /// Reads until nothing more comes: the kernel hands out /proc/self/mounts a page at a time, and a short read is
    /// not its end (Foundation takes it for that).
    private static func bytes(of file: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }

    /// Replaces the file in one step, so that nobody sees half of it; a symbolic link here is replaced, not followed.
    func write(_ text: String, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]) throws {
        let temporary = removingLastComponent().appending(".\(lastComponent?.string ?? "file").\(getpid())")
        do {
            unlink(temporary.string)
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: permissions)
            try file.closeAfter {
                guard fchmod(file.rawValue, permissions.rawValue) == 0 else { throw Errno(rawValue: errno) }
                _ = try file.writeAll(text.utf8)
            }
            guard rename(temporary.string, string) == 0 else { throw Errno(rawValue: errno) }
        } catch let error as Errno {
            throw LabError.file(self, operation: "write", reason: error.description)
        }
    }

    /// Writes to what is there already, as the kernel's control files want it.
    func put(_ text: String) throws(LabError) {
        do {
            let file = try FileDescriptor.open(self, .writeOnly, options: [.closeOnExec])
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
        } catch {
            throw .file(self, operation: "write", reason: "\(error)")
        }
    }

    /// Makes the folder and those above it that are missing.
    func makeFolders(permissions: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
        throws
    {
        if exists { return }
        try removingLastComponent().makeFolders()
        guard mkdir(string, permissions.rawValue) == 0 || errno == EEXIST else {
            throw LabError.file(self, operation: "make the folder", reason: Errno(rawValue: errno).description)
        }
    }

    /// The names in a folder; none when there is no such folder.
    package var entries: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: string)) ?? []).sorted()
    }

    func give(to owner: Owner) {
        chown(string, owner.user, owner.group)
    }

    /// Megabytes that root may still write to the file system of this folder.
    var freeMB: Int {
        var facts = statvfs()
        guard statvfs(string, &facts) == 0 else { return .max }
        return Int(facts.f_bavail * facts.f_frsize / 1_048_576)
    }
}

/// Whose a file is.
struct Owner: Hashable {
    var user: UInt32
    var group: UInt32

    /// The person who called the tool by sudo, so that the lab's inventory and key can be used without root.
    static var caller: Owner? {
        let environment = ProcessInfo.processInfo.environment
        guard let user = environment["SUDO_UID"].flatMap({ UInt32($0) }),
            let group = environment["SUDO_GID"].flatMap({ UInt32($0) })
        else { return nil }
        return Owner(user: user, group: group)
    }
}
