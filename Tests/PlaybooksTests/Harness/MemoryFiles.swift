import Playbooks

/// The operator's files as a dictionary: no disk is asked.
struct MemoryFiles: ProjectFiles {
    var texts: [String: String]

    func read(_ path: String) -> [UInt8]? { texts[path].map { Array($0.utf8) } }

    func list(_ directory: String) -> [String] {
        let prefix = directory == "." ? "" : directory + "/"
        let below = texts.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        return Set(below.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
    }
}
