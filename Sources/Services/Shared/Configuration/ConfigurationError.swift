import Diagnostics

/// What is wrong with a configuration file, in one sentence that names the file and the key.
package enum ConfigurationError: Error, Hashable, Sendable {
    case missingFile(searched: [String])
    case unreadable(file: String, reason: String)
    case invalid(file: String, key: String, reason: String)
    case unknownKey(file: String, key: String, hint: String?)
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingFile(let searched):
            "no configuration file: looked for \(searched.joined(separator: " and ")); name one with --config"
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .invalid(let file, let key, let reason): key.isEmpty ? "\(file): \(reason)" : "\(file): \(key): \(reason)"
        case .unknownKey(let file, let key, let hint):
            "\(file): \(key): unknown key" + (hint.map { "; \($0)" } ?? "")
        }
    }
}

extension ConfigurationError {
    /// The sentence for what a decoder threw.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as UnknownSettingsKey:
            self = .unknownKey(
                file: file, key: error.path.settingsPath,
                hint: Suggestion.hint(for: error.path.last?.stringValue ?? "", among: error.known))
        case let error as UnusableSetting:
            self = .invalid(file: file, key: error.path.settingsPath, reason: error.reason)
        case let error as DecodingError:
            self = Self.sentence(for: error, file: file)
        default:
            self = .unreadable(file: file, reason: "\(error)")
        }
    }

    private static func sentence(for error: DecodingError, file: String) -> ConfigurationError {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            .invalid(file: file, key: context.codingPath.settingsPath, reason: "must be \(words(for: type))")
        case .keyNotFound(let key, let context):
            .invalid(file: file, key: (context.codingPath + [key]).settingsPath, reason: "is missing")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            .unreadable(file: file, reason: "is not valid JSON; `jq . \(file)` shows where")
        case .dataCorrupted(let context):
            .invalid(file: file, key: context.codingPath.settingsPath, reason: "has a value that can't be used")
        @unknown default:
            .unreadable(file: file, reason: "can't be read as settings")
        }
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type, is Password.Type: "text"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is [String].Type, is [Any].Type: "a list"
        default: "an object"
        }
    }
}

extension [any CodingKey] {
    /// `MySql.Hosts[0]`.
    var settingsPath: String {
        reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
