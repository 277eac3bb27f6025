import Digests
import Synchronization

/// The project's files as they were when first asked for, and which they are.
package final class NotedFiles: ProjectFiles {
    private let under: any ProjectFiles
    private let contents = Mutex<[String: [UInt8]?]>([:])

    package init(_ under: any ProjectFiles) { self.under = under }

    /// SHA-256 by path; nil: there was no such file.
    var digests: [String: String?] {
        contents.withLock { $0 }.mapValues { $0.map { SHA256.hex($0) } }
    }

    package func read(_ path: String) -> [UInt8]? {
        if let known = contents.withLock({ $0[path] }) { return known }
        let bytes = under.read(path)
        contents.withLock { $0[path] = .some(bytes) }
        return bytes
    }

    package func list(_ directory: String) -> [String] { under.list(directory) }
    package func resolved(_ path: String) -> String { under.resolved(path) }
    package func mode(_ path: String) -> Int? { under.mode(path) }
    package func owner(_ path: String) -> String? { under.owner(path) }
}
