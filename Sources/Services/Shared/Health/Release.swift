import FoundationEssentials
import Glibc

/// Which release a process was started from.
package enum Release {
    /// The first line of the release file; without one, the name of the folder that `current` points at, if that is one
    /// of `releases`; otherwise nil.
    ///
    /// Links are resolved once, at start: `current` points elsewhere after the next deploy, this process does not.
    package static func id(file: String) -> String? {
        if let resolved = resolve(file), let data = FileManager.default.contents(atPath: resolved) {
            let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
            return line.map { String($0.prefix(200)) }
        }
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let parts = (resolve(folder) ?? "").split(separator: "/")
        return parts.dropLast().last == "releases" ? parts.last.map(String.init) : nil
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
