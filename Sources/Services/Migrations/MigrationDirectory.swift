import FoundationEssentials

/// The folder of numbered SQL files that a release brings.
package enum MigrationDirectory {
    /// All `.sql` files of the folder; throws `MigrationError`.
    package static func load(_ directory: String) throws -> [Migration] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.lowercased().hasSuffix(".sql") }
        } catch {
            throw MigrationError.badDirectory(directory, "can't be read, or is not a folder")
        }
        var files: [String: String] = [:]
        for name in names {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else {
                throw MigrationError.badFile("\(directory)/\(name)", "can't be read")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw MigrationError.badFile("\(directory)/\(name)", "is not UTF-8")
            }
            files[name] = text
        }
        return try [Migration](files: files)
    }
}
