import Glibc

/// The private keys that an OpenSSH client configuration names for hosts: libssh reads the rest of the file, but tells
/// only one of the `IdentityFile` lines.
struct IdentityFiles: Hashable, Sendable {
    /// What applies to one host.
    struct Identities: Hashable, Sendable {
        var files: [String] = []
        /// `IdentitiesOnly yes`.
        var areTheOnlyOnes = false
        /// `IdentityAgent`, other than `none`: libssh finds it by itself.
        var haveAnAgent: Bool?
    }

    private struct Block: Hashable, Sendable {
        /// Nil: hosts of every name; empty: none.
        var patterns: [String]?
        var files: [String] = []
        var isExclusive: Bool?
        var hasAgent: Bool?
    }

    private var blocks: [Block] = []

    init() {}

    /// Reads the files that exist.
    init(_ paths: [String], directory: String) {
        for path in paths {
            blocks.append(Block())
            read(path, directory: directory, depth: 0)
        }
    }

    /// - Parameters:
    ///   - name: what the user calls the host.
    ///   - destination: where it is, for the tokens in paths.
    func identities(for name: String, destination: Destination) -> Identities {
        let blocks = blocks.filter { $0.patterns.map { Self.matches(name, $0) } ?? true }
        let files = blocks.flatMap(\.files).map { path in
            Destination.expand(
                KeyFile.expanded(path).replacing("%d", with: KeyFile.home), host: destination.address, name: name,
                port: destination.port, user: destination.user)
        }
        return Identities(
            files: files, areTheOnlyOnes: blocks.compactMap(\.isExclusive).first ?? false,
            haveAnAgent: blocks.compactMap(\.hasAgent).first)
    }

    private mutating func read(_ path: String, directory: String, depth: Int) {
        guard depth < 8, let text = Self.contents(of: path) else { return }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = Self.words(of: line)
            guard let keyword = words.first?.lowercased(), words.count > 1 else { continue }
            switch keyword {
            case "host": blocks.append(Block(patterns: Array(words.dropFirst())))
            case "match": blocks.append(Block(patterns: Self.patterns(ofMatch: Array(words.dropFirst()))))
            case "identityfile": blocks[blocks.count - 1].files.append(words[1])
            case "identitiesonly": blocks[blocks.count - 1].isExclusive = words[1].lowercased() == "yes"
            case "identityagent": blocks[blocks.count - 1].hasAgent = words[1].lowercased() != "none"
            case "include":
                let patterns = blocks[blocks.count - 1].patterns
                for file in words.dropFirst() { include(file, directory: directory, depth: depth) }
                blocks.append(Block(patterns: patterns))
            default: break
            }
        }
    }

    private mutating func include(_ pattern: String, directory: String, depth: Int) {
        let expanded = KeyFile.expanded(pattern)
        for path in Self.paths(matching: expanded.hasPrefix("/") ? expanded : "\(directory)/\(expanded)") {
            read(path, directory: directory, depth: depth + 1)
        }
    }

    /// Words are parted by blanks or one `=`, and may be quoted.
    private static func words(of line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line.drop(while: { $0 == " " || $0 == "\t" }) + " " {
            if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, character == " " || character == "\t" || (character == "=" && words.isEmpty) {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else if character == "#", words.isEmpty, word.isEmpty {
                return []
            } else {
                word.append(character)
            }
        }
        return words
    }

    /// Of `Match` only what can be known without running anything; any other condition matches nothing.
    private static func patterns(ofMatch words: [String]) -> [String]? {
        switch (words.first?.lowercased(), words.count) {
        case ("all", 1): nil
        case ("host", 2), ("originalhost", 2): words[1].split(separator: ",").map(String.init)
        default: []
        }
    }

    private static func matches(_ name: String, _ patterns: [String]) -> Bool {
        let fits = { (pattern: String) in fnmatch(pattern, name, 0) == 0 }
        if patterns.contains(where: { $0.hasPrefix("!") && fits(String($0.dropFirst())) }) { return false }
        return patterns.contains(where: fits)
    }

    private static func contents(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func paths(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
    }
}
