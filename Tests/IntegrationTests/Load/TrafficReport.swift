import Foundation
import Testing
import YAML

/// What became of every request.
struct TrafficReport: Sendable {
    /// Reads over connections that were kept open, and reads with a connection each.
    var kept: WrkReport
    var fresh: WrkReport
    var posts: PostReport
    var stored: StoredProbes

    var requests: Int { kept.requests + fresh.requests + posts.sent }

    var failures: Int { kept.failures + fresh.failures + posts.failures }

    /// Requests that got no whole answer.
    var cuts: Int { kept.cuts + fresh.cuts + posts["cut"].count + posts["unsent"].count }

    /// Every acknowledged row is there, each was written once, and nothing is there that nobody asked for. A post whose
    /// answer was cut off, or that was refused, may have been stored or not.
    var history: [String] {
        let known = posts.fates.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        var faults: [String] = []
        func note(_ ids: some Collection<String>, _ fault: String) {
            if !ids.isEmpty {
                faults.append("\(ids.count) \(fault): \(ids.sorted().prefix(5).joined(separator: ", "))")
            }
        }
        note(posts["acknowledged"].subtracting(stored.ids), "acknowledged and lost")
        note(posts["repeated"], "run twice")
        note(posts["unsent"].intersection(stored.ids), "stored though never sent")
        note(stored.ids.subtracting(known), "stored though nobody asked for it")
        note(stored.twice, "stored twice")
        return faults
    }

    /// For the log of a test: what was counted.
    var sentence: String {
        "\(requests) requests (\(kept.requests) reads kept alive, \(fresh.requests) with a connection each, "
            + "\(posts.sent) writes, \(posts.keptAlive) of them kept alive), \(failures) failed; "
            + "\(posts["acknowledged"].count) writes acknowledged, \(stored.ids.count) stored"
    }

    /// What failed, for people.
    var details: String {
        "reads kept alive: \(kept); reads with a connection each: \(fresh); writes:\n"
            + posts.details.joined(separator: "\n")
    }

    /// No request failed, and every write was stored exactly once.
    func expectNoFailure(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            kept.requests > 0 && fresh.requests > 0 && posts.sent > 0, "\(sentence)", sourceLocation: sourceLocation)
        #expect(failures == 0, "\(sentence)\n\(details)", sourceLocation: sourceLocation)
        #expect(history == [], "\(sentence)", sourceLocation: sourceLocation)
        #expect(posts["acknowledged"] == stored.ids, "\(sentence)", sourceLocation: sourceLocation)
    }
}

/// What `wrk` counted.
struct WrkReport: Sendable, CustomStringConvertible {
    var requests: Int
    /// Of every answer that was not 200.
    var statuses: [String]
    /// Connections refused, reads and writes that failed, answers that never came.
    var socketErrors: [String: Int]
    /// The first of those answers, a line each: status and body.
    var answers: [String]

    init(_ outcome: Outcome) throws {
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let line = try #require(lines.last { $0.hasPrefix("{") }, "\(outcome.text)")
        answers = lines.filter { $0.wholeMatch(of: /[0-9]{3} .*/) != nil }
        let answer = try Value(json: line)
        requests = try #require(answer["requests"]?.int)
        statuses = (answer["statuses"]?.string ?? "").split(separator: " ").map(String.init)
        socketErrors = [:]
        for kind in ["connect", "read", "write", "timeout"] {
            socketErrors[kind] = try #require(answer[kind]?.int, "\(line)")
        }
    }

    var failures: Int { statuses.count + cuts }

    var cuts: Int { socketErrors.values.reduce(0, +) }

    var description: String {
        let counts = Dictionary(statuses.map { ($0, 1) }, uniquingKeysWith: +)
        let said = answers.isEmpty ? "" : ":\n" + answers.prefix(20).joined(separator: "\n") + "\n"
        return "statuses \(counts), socket errors \(socketErrors.filter { $0.value > 0 })\(said)"
    }
}

/// What `post-probes.py` counted.
struct PostReport: Sendable {
    var sent: Int
    var keptAlive: Int
    /// "acknowledged", "repeated", "refused", "cut", "unsent" → `service id`.
    var fates: [String: Set<String>]
    /// The first failures, a line each.
    var details: [String]

    init(_ outcome: Outcome) throws {
        let answer = try Value(json: outcome.output)
        sent = try #require(answer["sent"]?.int, "\(outcome.text)")
        keptAlive = try #require(answer["keepAlive"]?.int)
        fates = [:]
        for fate in ["acknowledged", "repeated", "refused", "cut", "unsent"] {
            fates[fate] = Set((answer["fates"]?[fate]?.list ?? []).compactMap(\.string))
        }
        details = (answer["failures"]?.list ?? []).map { $0.json() }
    }

    subscript(fate: String) -> Set<String> { fates[fate] ?? [] }

    var failures: Int { sent - self["acknowledged"].count }
}

/// What the primary has, as `service id`.
struct StoredProbes: Sendable {
    var ids: Set<String> = []
    var twice: [String] = []

    init(prefix: String) async throws {
        let tables = PublicSite.services.map { service in
            "SELECT CONCAT('\(service) ', id) FROM intchain.\(service)_probes WHERE id LIKE '\(prefix)-%'"
        }
        let query = tables.joined(separator: " UNION ALL ")
        let output = try await TestLab.run(try await DatabaseRoles().primary, "mysql -N -B -e \"\(query)\"")
        for id in output.split(separator: "\n").map(String.init) where !ids.insert(id).inserted { twice.append(id) }
    }
}
