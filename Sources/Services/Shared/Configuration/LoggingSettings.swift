package import Logging

/// `Logging`: how much is said, and where errors are kept as well.
package struct LoggingSettings: Sendable, Decodable {
    package var level: Logger.Level = .info
    /// Errors are appended here too, when the file can be written.
    package var errorFile: String? = "/var/log/intchain/error.log"

    private enum Key: String, CodingKey, CaseIterable {
        case level = "Level"
        case errorFile = "ErrorFile"
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        let name = try values.value(.level, default: level.rawValue)
        guard let level = Logger.Level(rawValue: name) else {
            throw UnusableSetting(
                path: decoder.codingPath + [Key.level],
                reason: "must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.level = level
        if values.contains(.errorFile) { errorFile = try values.decodeIfPresent(String.self, forKey: .errorFile) }
    }
}
