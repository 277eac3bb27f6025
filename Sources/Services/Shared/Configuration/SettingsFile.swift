import FoundationEssentials

/// Finds and reads a configuration file.
package enum SettingsFile {
    /// Where a service looks when the command line names no file.
    package static let standardPaths = [
        "/app/intchain/shared/appsettings.Production.json", "appsettings.Production.json",
    ]

    /// Reads the named file, or the first of the standard ones that exists; throws `ConfigurationError`.
    package static func load<Value: Decodable>(_ type: Value.Type, from path: String?) throws -> Value {
        guard let file = path ?? standardPaths.first(where: FileManager.default.fileExists(atPath:)) else {
            throw ConfigurationError.missingFile(searched: standardPaths)
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            let exists = FileManager.default.fileExists(atPath: file)
            throw ConfigurationError.unreadable(
                file: file, reason: exists ? "can't be read; its mode may not let this user" : "does not exist")
        }
        return try decode(type, from: data, file: file)
    }

    /// Decodes the text of a file; throws `ConfigurationError` with the file's name in it.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from text: some Sequence<UInt8>, file: String
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text))
        } catch {
            throw ConfigurationError(error, file: file)
        }
    }
}
