import Foundation
import Modules
import Testing

@testable import Rollouts

/// What migrations the releases of a site can live with.
@Suite struct LiveReleaseTests {
    private func publish(_ migrations: [String], on site: ReleaseSite, isGood: Bool = true) async throws {
        for name in migrations { try site.write("migrations/\(name).sql", "-- phase: expand\n") }
        let id = try await site.stage().id
        try await site.publish(id)
        if isGood { try await site.confirm(id) }
    }

    private func live(_ site: ReleaseSite) async -> LiveRelease {
        await LiveRelease.of("here", from: LocalHost(), at: site.root.path)
    }

    @Test func aReleaseThatCameThroughItsRolloutCountsAlone() async throws {
        let site = try ReleaseSite()
        #expect(await live(site) == .none)
        try await publish(["0001_a"], on: site)
        try await publish(["0002_b"], on: site)
        #expect(await live(site) == .brings(2))
    }

    /// Its rollout was cut off after the switch: the site may have to go back to the release before.
    @Test func aReleaseThatWasSwitchedToAndNoMoreCountsAsTheOneBefore() async throws {
        let site = try ReleaseSite()
        try await publish(["0001_a"], on: site)
        try await publish(["0002_b"], on: site, isGood: false)
        #expect(await live(site) == .brings(1))
        let id = try #require(try await site.history().current)
        try await site.confirm(id.text)
        #expect(await live(site) == .brings(2))
    }

    @Test func theFirstReleaseHasNoneBefore() async throws {
        let site = try ReleaseSite()
        try await publish(["0003_c"], on: site, isGood: false)
        #expect(await live(site) == .brings(3))
    }

    @Test func aReleaseWithoutMigrationsBringsNone() async throws {
        let site = try ReleaseSite()
        try site.write("file", "x")
        try await publish([], on: site)
        #expect(await live(site) == .brings(0))
    }

    @Test func whatCanNotBeAskedIsUnknown() async throws {
        let site = try ReleaseSite()
        try await publish(["0001_a"], on: site)
        var silent = LocalHost()
        silent.before = { _ in throw TransportFault() }
        #expect(await LiveRelease.of("here", from: silent, at: site.root.path) == .unknown)
    }

    @Test func theLowestOfAllServersCounts() {
        #expect(LiveRelease.common([.brings(3), .none, .brings(2)]) == "2")
        #expect(LiveRelease.common([.none, .none]) == "none")
        #expect(LiveRelease.common([.brings(3), .unknown]) == "")
        #expect(LiveRelease.common([]) == "none")
    }
}

private struct TransportFault: Error {}
