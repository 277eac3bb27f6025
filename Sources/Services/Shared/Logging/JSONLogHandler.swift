import FoundationEssentials
package import Logging

/// Writes each message as one line of JSON to standard output, and errors to a file of their own as well.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let service: String
    private let output: LineOutput
    private let errors: ErrorFile?

    /// - Parameter service: goes into every line.
    package init(service: String, level: Logger.Level, output: LineOutput = .standardOutput, errorFile: String?) {
        self.service = service
        self.output = output
        logLevel = level
        errors = errorFile.map { ErrorFile(path: $0) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = LogLine(
            time: Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            level: event.level.rawValue,
            service: service, message: event.message.description, error: event.error.map { "\($0)" },
            metadata: merged.isEmpty ? nil : merged.mapValues(\.description))
        let text = line.text + "\n"
        output.write(text)
        if event.level >= .error { errors?.append(text) }
    }
}

/// The members of a line, in the order they are written.
struct LogLine {
    let time: String
    let level: String
    let service: String
    let message: String
    let error: String?
    let metadata: [String: String]?

    /// One line of JSON, members in the order above and the metadata's by name.
    var text: String {
        var members = [("time", time), ("level", level), ("service", service), ("message", message)]
            .map { "\(Self.quoted($0)):\(Self.quoted($1))" }
        if let error { members.append("\"error\":\(Self.quoted(error))") }
        if let metadata {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            members.append("\"metadata\":{\(pairs.joined(separator: ","))}")
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
