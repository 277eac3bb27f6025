/// The lines that `sha256sum` and its sisters print: the digest, two spaces, the name; a line with a name that holds a
/// backslash or a newline begins with a backslash and has them escaped.
enum DigestLines {
    static func line(_ digest: String, _ path: String) -> String {
        let escaped = path.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return (escaped == path ? "" : "\\") + "\(digest)  \(escaped)"
    }

    /// Digest by path, for the paths that were asked for.
    static func parse(_ text: String, for paths: some Sequence<String>) -> [String: String] {
        var digests: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let gap = line.firstRange(of: "  ") else { continue }
            digests[String(line[gap.upperBound...])] = String(line[..<gap.lowerBound].drop { $0 == "\\" })
        }
        return Dictionary(
            paths.compactMap { path in
                let name = line("", path).drop { $0 == "\\" }.dropFirst(2)
                return digests[String(name)].map { (path, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }
}
