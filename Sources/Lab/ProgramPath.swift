package import SystemPackage

/// Where programs are; root's folders are searched too, since sudo and CI often leave them out of PATH.
package enum ProgramPath {
    private static let folders: [FilePath] = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// Nil when it is not installed.
    package static func find(_ program: String) -> FilePath? {
        if program.hasPrefix("/") { return FilePath(program) }
        return folders.lazy.map { $0.appending(program) }.first { $0.isExecutable }
    }
}
