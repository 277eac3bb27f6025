import Foundation

/// This checkout.
enum Project {
    /// The repository's folder.
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.path

    /// The folder of the programs that were built with this test.
    static let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    static func path(_ name: String) -> String { root + "/" + name }
}

/// A folder that lasts as long as the test that made it.
struct Scratch: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "integration-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with its folders.
    /// - Returns: its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}

extension Scratch {
    /// The path of a file that may not exist.
    func file(_ name: String) -> String { path + "/" + name }
}
