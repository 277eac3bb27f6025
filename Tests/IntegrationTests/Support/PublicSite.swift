import CurlProbe
import Foundation
import Health
import YAML

/// The site as its clients see it: HTTPS to Nginx, whose certificate is the lab's own.
struct PublicSite {
    static let services = ["user", "order", "inventory", "approval", "logistics", "notification"]

    /// The id of a row that `prepareReads` stores for every service.
    static let readProbe = "for-reads"

    let address: String
    private let probe = CurlProbe()

    init() async throws {
        let shown = try await TestLab.tool("inventory", "show", "lb1", more: ["--output", "json"])
        guard let address = try shown.document()["ansible_host"]?.string else {
            throw MissingAddress(answer: shown.text)
        }
        self.address = address
    }

    func get(_ path: String, scheme: String = "https") async throws -> HTTPReply {
        try await probe.send(
            HTTPRequest(url: "\(scheme)://\(address)\(path)", verifyCertificate: false), through: nil)
    }

    /// Stores a probe; the answer comes after the commit.
    func write(_ id: String, service: String = "user", store: String = "mysql") async throws -> HTTPReply {
        try await probe.send(
            HTTPRequest(
                url: "https://\(address)/api/\(service)/probes?store=\(store)", method: "POST",
                headers: ["Content-Type": "application/json"], body: Array(#"{"id": "\#(id)"}"#.utf8),
                verifyCertificate: false),
            through: nil)
    }

    /// Stores what reads of `/api/SERVICE/probes/for-reads` are answered with.
    func prepareReads() async throws {
        for service in Self.services { _ = try await write(Self.readProbe, service: service) }
    }

    func health() async throws -> Value { try await get("/health").json() }

    /// Whether a fresh row can be stored right now.
    func takesWrites() async throws -> Bool { try await write(UUID().uuidString).status == 201 }

    /// Whether gateway and services are healthy, through Nginx.
    func isHealthy() async throws -> Bool { try await get("/health").status == 200 }
}

extension HTTPReply {
    func json() throws -> Value { try Value(json: String(decoding: body, as: UTF8.self)) }
}

struct MissingAddress: Error {
    var answer: String
}
