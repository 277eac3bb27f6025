import YAML

extension Filter {
    /// Filters about POSIX paths.
    static let pathFilters: [String: Filter] = [
        "basename": .text { path, _ in .string(PathText.split(path).base) },
        "dirname": .text { path, _ in .string(PathText.split(path).directory) },
        "splitext": .text { path, _ in
            let (root, suffix) = PathText.splitSuffix(path)
            return .list([.string(root), .string(suffix)])
        },
        "normpath": .text { path, _ in .string(PathText.normalized(path)) },
        "path_join": Filter { value, _ in
            let parts = try (value.list ?? [value]).map { part in
                guard let text = part.string else { throw Fault("filter 'path_join' needs strings, not \(part.kind)") }
                return text
            }
            return .string(PathText.joined(parts))
        },
        "relpath": .text(["start"]) { path, arguments in
            let start = try arguments.string("start") ?? "."
            guard path.hasPrefix("/"), start.hasPrefix("/") else {
                throw Fault("filter 'relpath' needs absolute paths here")
            }
            return .string(PathText.relative(path, to: start))
        },
        "commonpath": Filter { value, _ in
            let paths = try value.items().map { PathText.normalized(PythonText.text(of: $0)).split(separator: "/") }
            guard var common = paths.first else { throw Fault("filter 'commonpath' needs paths") }
            for path in paths { common = zip(common, path).prefix { $0 == $1 }.map(\.0) }
            let isAbsolute = try value.items().first?.string?.hasPrefix("/") ?? false
            return .string((isAbsolute ? "/" : "") + common.joined(separator: "/"))
        },
        "win_basename": .text { path, _ in
            .string(String(path.split(omittingEmptySubsequences: false) { $0 == "\\" || $0 == "/" }.last ?? ""))
        },
    ]
}

/// Python's `posixpath`.
enum PathText {
    static func split(_ path: String) -> (directory: String, base: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        let base = String(path[path.index(after: slash)...])
        let directory = String(path[...slash])
        let stripped = directory.trimmed(start: false) { $0 == "/" }
        return (stripped.isEmpty ? directory : stripped, base)
    }

    static func splitSuffix(_ path: String) -> (root: String, suffix: String) {
        let base = split(path).base
        let stem = base.drop { $0 == "." }
        guard let dot = stem.lastIndex(of: ".") else { return (path, "") }
        let suffix = String(stem[dot...])
        return (String(path.dropLast(suffix.count)), suffix)
    }

    static func joined(_ parts: [String]) -> String {
        parts.dropFirst().reduce(parts.first ?? "") { path, part in
            if part.hasPrefix("/") { return part }
            return path.isEmpty || path.hasSuffix("/") ? path + part : path + "/" + part
        }
    }

    static func normalized(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        let start = path.hasPrefix("//") && !path.hasPrefix("///") ? "//" : isAbsolute ? "/" : ""
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." || (!isAbsolute && parts.last ?? ".." == "..") {
                parts.append(part)
            } else {
                _ = parts.popLast()
            }
        }
        let joined = start + parts.joined(separator: "/")
        return joined.isEmpty ? "." : joined
    }

    static func relative(_ path: String, to start: String) -> String {
        let target = normalized(path).split(separator: "/")
        let origin = normalized(start).split(separator: "/")
        let shared = zip(target, origin).prefix { $0 == $1 }.count
        let up = Array(repeating: ".."[...], count: origin.count - shared)
        let parts = up + target.dropFirst(shared)
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
