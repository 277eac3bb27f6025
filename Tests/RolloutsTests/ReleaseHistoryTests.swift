import Foundation
import Testing

@testable import Rollouts

/// Which release is gone back to, and which ones stay: those whose rollouts came to their end.
@Suite struct ReleaseHistoryTests {
    private let site: ReleaseSite

    init() throws { site = try ReleaseSite() }

    private func stage(_ text: String) async throws -> String {
        try site.write("service", text)
        return try await site.stage().id
    }

    /// A rollout that came to its end.
    private func deploy(_ text: String, keep: Int = 5) async throws -> String {
        let id = try await stage(text)
        try await site.publish(id, keep: keep)
        try await site.confirm(id, keep: keep)
        return id
    }

    /// A rollout that was taken back by its operator's wish, which marks nothing as bad.
    private func abort(_ text: String, backTo id: String, keep: Int = 5) async throws -> String {
        let aborted = try await stage(text)
        try await site.publish(aborted, keep: keep)
        try await site.publish(id, keep: keep)
        try await site.confirm(id, keep: keep)
        return aborted
    }

    private func marks() async throws -> [String: ReleaseListing.Row.Mark] {
        Dictionary(ReleaseListing(try await site.history()).rows.map { ($0.id.text, $0.mark) }) { $1 }
    }

    @Test func anAbortedReleaseIsNotGoneBackTo() async throws {
        let first = try await deploy("1")
        let second = try await deploy("2")
        let aborted = try await abort("3", backTo: second)
        #expect(try await site.history().previous?.text == first)
        #expect(try await marks()[first] == .previous)
        #expect(try await marks()[aborted] != .good)
        try await site.goBack()
        #expect(try site.live("service") == "1")
    }

    @Test func anAbortedReleaseIsNoWayBackFromTheOnlyGoodOne() async throws {
        let first = try await deploy("1")
        _ = try await abort("2", backTo: first)
        #expect(try await site.history().previous == nil)
        await #expect(throws: (any Error).self) { try await site.goBack() }
        #expect(try site.live("service") == "1")
    }

    @Test func whereNoRolloutCameToItsEndTheOneBeforeServes() async throws {
        let first = try await stage("1")
        try await site.publish(first)
        try await site.publish(stage("2"))
        #expect(try await site.history().previous?.text == first)
    }

    /// The rollout of the second may fail on another server, and is then taken back on this one.
    @Test func whatServedBeforeTheOnlyGoodOneStays() async throws {
        let first = try await stage("1")
        try await site.publish(first)
        let second = try await deploy("2", keep: 1)
        #expect(try Set(site.names()) == [first, second])
        #expect(try await marks() == [first: .unproven, second: .live])
    }

    /// A release that came through its rollout and is deployed again is good until it is given up.
    @Test func whatWasProvenOnceStaysProvenWhileItIsLiveAgain() async throws {
        let first = try await deploy("1")
        let second = try await deploy("2")
        try await site.publish(first)
        #expect(try await site.history().previous?.text == second)
    }

    @Test func anAbortedReleaseNeverPushesOutAProvenOne() async throws {
        let first = try await deploy("1", keep: 1)
        let second = try await deploy("2", keep: 1)
        let aborted = try await abort("3", backTo: second, keep: 1)
        let staged = try await stage("4")
        try await site.publish(staged, keep: 1)
        try await site.publish(second, keep: 1)
        #expect(try Set(site.names()) == [first, second, staged])
        #expect(try !site.names().contains(aborted))
    }

    @Test func abortedOnesDoNotCountAmongThoseThatAreKept() async throws {
        var good: [String] = []
        for number in 1...3 { good.append(try await deploy("\(number)", keep: 3)) }
        for number in 4...6 { _ = try await abort("\(number)", backTo: good[2], keep: 3) }
        #expect(try Set(site.names()).isSuperset(of: good))
        // The one that was staged last.
        #expect(try site.names().count == 4)
    }

    /// As a full disk leaves it.
    @Test func aRecordThatWasCutOffTakesNoOtherWithIt() async throws {
        let first = try await deploy("1")
        let journal = try FileHandle(forWritingTo: site.root.appendingPathComponent(".deploy/journal"))
        try journal.seekToEnd()
        try journal.write(contentsOf: Data("1790000000\tgo".utf8))
        try journal.close()
        let second = try await deploy("2")
        let history = try await site.history()
        #expect(history.isServing(try #require(ReleaseID(second))))
        #expect(history.previous?.text == first)
        #expect(history.lastStaged?.text == second)
        let text = try String(contentsOf: site.root.appendingPathComponent(".deploy/journal"), encoding: .utf8)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 8)
    }
}
