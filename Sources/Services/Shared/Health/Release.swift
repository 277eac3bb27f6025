import FoundationEssentials
import Glibc

/// Which release a process was started from.
package enum Release {
    /// The first line of the release file, or nil when there is none.
    ///
    /// Links are resolved once, at start: `current` points elsewhere after the next deploy, this process does not.
    package static func id(file: String) -> String? {
        guard let resolved = realpath(file, nil) else { return nil }
        defer { free(resolved) }
        guard let data = FileManager.default.contents(atPath: String(cString: resolved)) else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
        return line.map { String($0.prefix(200)) }
    }
}
