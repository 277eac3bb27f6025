import Foundation

/// What a folder holds: a line for each path, with its kind, mode and bytes.
struct Tree: Equatable {
    let lines: [String]

    init(_ root: String) {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        lines = paths.sorted().map { Self.line($0, in: root) }
    }

    private static func line(_ path: String, in root: String) -> String {
        let whole = root + "/" + path
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: whole) {
            return "\(path) → \(target)"
        }
        let attributes = (try? FileManager.default.attributesOfItem(atPath: whole)) ?? [:]
        let mode = String((attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0, radix: 8)
        guard attributes[.type] as? FileAttributeType != .typeDirectory else { return "\(path)/ \(mode)" }
        let text = String(decoding: FileManager.default.contents(atPath: whole) ?? Data(), as: UTF8.self)
        return "\(path) \(mode) \(text.replacing(root, with: "ROOT"))"
    }

    /// Lines that only one of the two has.
    func differences(from other: Tree) -> [String] {
        let (mine, theirs) = (Set(lines), Set(other.lines))
        return lines.filter { !theirs.contains($0) }.map { "ours:    \($0)" }
            + other.lines.filter { !mine.contains($0) }.map { "theirs:  \($0)" }
    }
}
