import Diagnostics
import Glibc
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The operator's files: playbooks, roles, templates. A protocol, so that tests need no disk.
package protocol ProjectFiles: Sendable {
    /// The file's bytes; nil when there is no such file.
    func read(_ path: String) -> [UInt8]?
    /// Names in a folder; empty when there is none.
    func list(_ directory: String) -> [String]
    /// Whether there is such a file.
    func exists(_ path: String) -> Bool
    /// The path without links in it.
    func resolved(_ path: String) -> String
    /// The file's mode bits; nil when they are not known.
    func mode(_ path: String) -> Int?
    /// The name of the file's owner; nil when it is not known.
    func owner(_ path: String) -> String?
}

extension ProjectFiles {
    package func exists(_ path: String) -> Bool { read(path) != nil }

    package func resolved(_ path: String) -> String { path }
    package func mode(_ path: String) -> Int? { nil }
    package func owner(_ path: String) -> String? { nil }

    /// "did you mean" among the names in the missing file's folder.
    func suggestion(for path: String) -> String? {
        Suggestion.hint(for: ProjectPath.name(of: path), among: list(ProjectPath.directory(of: path)))
    }
}

/// Files on the operator's own disk.
package struct LocalProjectFiles: ProjectFiles {
    package init() {}

    package func read(_ path: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return [UInt8](data)
    }

    package func exists(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory
    }

    package func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    package func mode(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_mode & 0o7777) : nil
    }

    package func owner(_ path: String) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path))
        return attributes?[.ownerAccountName] as? String
    }

    package func list(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory)) ?? []
    }
}

/// Path arithmetic on plain text: no disk is asked.
package enum ProjectPath {
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The path with `.` and `..` folded.
    package static func folded(_ path: String) -> String {
        path.hasPrefix("/") ? join("/", String(path.drop { $0 == "/" })) : join(".", path)
    }

    /// The path below the folder, unless it is absolute; `.` and `..` are folded.
    package static func join(_ directory: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        var parts: [Substring] =
            directory == "." ? [] : directory.split(separator: "/", omittingEmptySubsequences: true)
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case ".." where !parts.isEmpty && parts.last != "..": parts.removeLast()
            default: parts.append(part)
            }
        }
        return (directory.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
