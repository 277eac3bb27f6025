import Foundation
import Testing
import YAML

/// A real HTTP server on this machine that notifications are posted to.
enum Webhook {
    /// - Parameter work: is given the server's address.
    /// - Returns: what was posted, in order.
    static func hearing(_ work: (_ address: String) async throws -> Void) async throws -> [Value] {
        let folder = try Scratch()
        let file = folder.file("port")
        let end = Gate()
        async let server = Program.run(
            ["python3", Project.path("Tests/IntegrationTests/Load/webhook.py"), file], until: end)
        let outcome: Result<Void, any Error>
        do {
            let listens = try await eventually(within: .seconds(10), every: .milliseconds(50)) {
                FileManager.default.fileExists(atPath: file)
            }
            try #require(listens != nil, "the webhook's server did not start")
            outcome = .success(try await work("http://127.0.0.1:\(String(contentsOfFile: file, encoding: .utf8))/hook"))
        } catch {
            outcome = .failure(error)
        }
        end.open()
        let heard = try await server.output
        try outcome.get()
        return try heard.split(separator: "\n").map { try Value(json: String($0)) }
    }
}
