import Glibc
import SystemPackage

/// What is mounted on this machine.
struct Mounts: Hashable {
    struct Entry: Hashable {
        let path: FilePath
        let type: String
    }

    let entries: [Entry]

    static func current() throws -> Mounts {
        Mounts(try FilePath("/proc/self/mounts").text())
    }

    /// Lines of /proc/self/mounts: device, path, type …, with blanks written as octal escapes.
    init(_ text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2 else { return nil }
            return Entry(path: FilePath(Self.plain(words[1])), type: String(words[2]))
        }
    }

    /// Mount points at a folder or below it, in the order in which they can be unmounted.
    func below(_ folder: FilePath) -> [FilePath] {
        entries.map(\.path).filter { $0.starts(with: folder) }.reversed()
    }

    func isMounted(_ path: FilePath) -> Bool { entries.contains { $0.path == path } }

    /// Where the unified control group hierarchy is.
    var controlGroups: FilePath? { entries.first { $0.type == "cgroup2" }?.path }

    private static func plain(_ path: Substring) -> String {
        String(path).replacing("\\040", with: " ").replacing("\\011", with: "\t").replacing("\\134", with: "\\")
    }

    /// Unmounts everything at a folder and below it.
    ///
    /// - Throws: `LabError.stillMounted`: nothing may be removed below such a folder.
    static func clear(_ folder: FilePath) throws {
        for path in try current().below(folder) where umount2(path.string, 0) != 0 {
            umount2(path.string, Int32(MNT_DETACH))
        }
        guard let left = try current().below(folder).first else { return }
        throw LabError.stillMounted(left)
    }
}
