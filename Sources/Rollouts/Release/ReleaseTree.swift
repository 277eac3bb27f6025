import SystemPackage

/// A manifest's entries as the tree that they become on a host, where each has to have a place of its own in it.
struct ReleaseTree {
    /// By path. Swift takes one name in two encodings for the same; so does the check for names that are there twice.
    private var entries: [String: ReleaseManifest.Entry] = [:]
    private let folder: FilePath?

    /// As many links as Linux follows on one way (path_resolution(7)); through more, nothing is opened.
    private static let mostLinks = 40

    /// - Parameter folder: where it was found, to be named in errors.
    /// - Throws: `RolloutError` for names that are there twice, for what lies below a file or a link, and for links that
    ///   lead out of the tree by way of others.
    static func check(_ manifest: ReleaseManifest, in folder: FilePath? = nil) throws(RolloutError) {
        var tree = ReleaseTree(folder: folder)
        for entry in manifest.entries { try tree.add(entry) }
        for entry in manifest.entries { try tree.addFolders(of: entry.path) }
        for entry in manifest.entries {
            guard case .link(let target) = entry.kind, tree.leadsOut(target, from: entry.path) else { continue }
            throw .outwardLink(tree.shown(entry.path), target)
        }
    }

    private init(folder: FilePath?) { self.folder = folder }

    private func shown(_ path: String) -> String { folder.map { $0.appending(path).string } ?? path }

    private mutating func add(_ entry: ReleaseManifest.Entry) throws(RolloutError) {
        guard let other = entries.updateValue(entry, forKey: entry.path) else { return }
        throw .sameName(shown(entry.path), shown(other.path))
    }

    /// A host makes folders that are not listed.
    private mutating func addFolders(of path: String) throws(RolloutError) {
        guard let parent = path.parentPath else { return }
        guard let known = entries[parent] else {
            entries[parent] = ReleaseManifest.Entry(path: parent, mode: 0o755, kind: .folder)
            return try addFolders(of: parent)
        }
        guard known.path.utf8.elementsEqual(parent.utf8) else { throw .sameName(shown(known.path), shown(parent)) }
        guard known.kind == .folder else { throw .belowNoFolder(shown(path), shown(parent)) }
    }

    /// Goes the way that a link leads, through the tree's other links, as the kernel does.
    private func leadsOut(_ target: String, from path: String) -> Bool {
        var place = Array(path.pathParts.dropLast())
        var ahead = Array(target.pathParts.reversed())
        var links = 1
        while let part = ahead.popLast() {
            if part.isEmpty || part == "." { continue }
            if part == ".." {
                if place.popLast() == nil { return true }
                continue
            }
            place.append(part)
            guard case .link(let next) = entries[place.joined(separator: "/")]?.kind else { continue }
            links += 1
            if links > Self.mostLinks { return false }
            place.removeLast()
            ahead += next.pathParts.reversed()
        }
        return false
    }
}

extension String {
    /// The folder's path; nil at the top.
    var parentPath: String? {
        utf8.lastIndex(of: UInt8(ascii: "/")).map { String(Substring(utf8[..<$0])) }
    }

    /// What stands between the slashes: to Swift, a slash that an accent is combined with is another character.
    var pathParts: [Substring] {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// The lines of a text that programs wrote: to Swift, a newline after a carriage return is another character.
    var plainLines: [Substring] { utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) } }

    /// Whether hosts' programs read a file's name in lines and fields as it is.
    var isPlainName: Bool {
        !isEmpty && unicodeScalars.allSatisfy { $0 != "\\" && $0.properties.generalCategory != .control }
    }
}
