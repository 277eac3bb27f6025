import FoundationEssentials
import Glibc
import Logging
import Testing

@testable import Services

@Suite struct JSONLogHandlerTests {
    private struct Line: Decodable, Equatable {
        var time: String
        var level: String
        var service: String
        var message: String
        var metadata: [String: String]?
    }

    /// What a logger with this handler writes to its output and to its file of errors.
    private func written(_ body: (Logger) -> Void) throws -> (output: [Line], errors: [Line]) {
        let folder = FileManager.default.temporaryDirectory.path + "/log-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let descriptor = open(folder + "/out", O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let output = LineOutput(descriptor: descriptor)
        body(
            Logger(label: "user") { name in
                JSONLogHandler(service: name, level: .info, output: output, errorFile: folder + "/error.log")
            })
        return (try lines(of: folder + "/out"), try lines(of: folder + "/error.log"))
    }

    private func lines(of file: String) throws -> [Line] {
        let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func eachMessageIsOneLineOfJSON() throws {
        let (output, errors) = try written { logger in
            var logger = logger
            logger[metadataKey: "request"] = "r1"
            logger.debug("not this one")
            logger.info("two\nlines and \"quotes\"", metadata: ["status": "200"])
        }
        #expect(output.map(\.message) == ["two\nlines and \"quotes\""])
        #expect(output.first?.metadata == ["request": "r1", "status": "200"])
        #expect(output.first?.service == "user")
        #expect(output.first?.time.hasSuffix("Z") == true)
        #expect(output.first?.time.contains("T") == true)
        #expect(errors.isEmpty)
    }

    @Test func errorsAreInTheirOwnFileToo() throws {
        let (output, errors) = try written { logger in
            logger.info("fine")
            logger.error("broken")
        }
        #expect(output.map(\.level) == ["info", "error"])
        #expect(errors.map(\.message) == ["broken"])
    }

    @Test func anErrorFileThatCannotBeWrittenIsNoError() {
        let handler = JSONLogHandler(
            service: "user", level: .critical, output: LineOutput(descriptor: -1), errorFile: "/nonexistent/error.log")
        Logger(label: "user") { _ in handler }.critical("lost")
    }
}

@Suite struct ReleaseTests {
    @Test func theReleaseIsTheOneThatCurrentPointedAt() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/release-\(UInt64.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let release = folder + "/releases/20260118-1"
        try FileManager.default.createDirectory(atPath: release, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder + "/current", withDestinationPath: release)
        #expect(Release.id(file: folder + "/current/RELEASE") == "20260118-1")
        try Data("named-7\n".utf8).write(to: URL(filePath: release + "/RELEASE"))
        #expect(Release.id(file: folder + "/current/RELEASE") == "named-7")
        #expect(Release.id(file: folder + "/nowhere/RELEASE") == nil)
    }
}
