import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Rollouts

@Suite struct ReleaseTests {
    private let site: ReleaseSite

    init() throws {
        site = try ReleaseSite()
        try site.write("bin/service", "one", executable: true)
        try site.write("wwwroot/a file.txt", "static")
        try site.write("appsettings.json", "{}")
    }

    @Test func stagesAndPublishesAWholeTree() async throws {
        let deep = String(repeating: "folder/", count: 20) + "deep.txt"
        try site.write(deep, "deep")
        try FileManager.default.createSymbolicLink(
            atPath: site.source.appendingPathComponent("latest").path, withDestinationPath: "bin/service")
        let staged = try await site.stage()
        #expect(staged.outcome.changed)
        #expect(!FileManager.default.fileExists(atPath: site.root.appendingPathComponent("current").path))
        let live = try await site.publish(staged.id)
        #expect(live.changed)
        #expect(try site.live("latest") == "one")
        #expect(try site.live("wwwroot/a file.txt") == "static")
        #expect(try site.live(deep) == "deep")
        #expect(try site.live("RELEASE") == staged.id + "\n")
        let service = site.root.appendingPathComponent("current/bin/service").path
        #expect(FileManager.default.isExecutableFile(atPath: service))
    }

    @Test func changesNothingForTheSameContent() async throws {
        let first = try await site.stage()
        let second = try await site.stage()
        #expect(second.id == first.id)
        #expect(!second.outcome.changed)
        try await site.publish(first.id)
        #expect(try await !site.publish(first.id).changed)
    }

    @Test func findsWhatWasChangedInTheLiveReleaseByHand() async throws {
        try FileManager.default.createSymbolicLink(
            atPath: site.source.appendingPathComponent("latest").path, withDestinationPath: "bin/service")
        #expect(try await site.differences() == [])
        try await site.publish(site.stage().id)
        #expect(try await site.differences() == [])
        let live = site.root.appendingPathComponent("current").resolvingSymlinksInPath()
        try Data("three".utf8).write(to: live.appendingPathComponent("bin/service"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: live.appendingPathComponent("wwwroot/a file.txt").path)
        try FileManager.default.removeItem(at: live.appendingPathComponent("appsettings.json"))
        try Data().write(to: live.appendingPathComponent("new"))
        #expect(
            try await site.differences() == [
                "appsettings.json is missing", "bin/service has another content", "new does not belong to it",
                "wwwroot/a file.txt has another mode or kind",
            ])
    }

    /// Its own list of what there should be does not fit on the disk: that is told, and no difference that is none.
    @Test func onAFullDiskItSaysThatItCouldNotCompare() async throws {
        for number in 0..<20 { try site.write("more/\(number)", "\(number)") }
        try await site.publish(site.stage().id)
        let full = LocalHost(rewriting: { "trap '' XFSZ; ulimit -f 1\n" + $0 })
        let failure = await #expect(throws: ModuleFailure.self) { try await site.differences(on: full) }
        #expect(failure?.message.hasPrefix("looking at releases failed: ") == true, "\(failure?.message ?? "")")
        #expect(try await site.differences() == [])
    }

    @Test func sendsOnlyWhatNoKeptReleaseHas() async throws {
        try await site.publish(site.stage().id)
        try site.write("bin/service", "two", executable: true)
        try site.write("moved/elsewhere.txt", "static")
        let second = try await site.stage()
        #expect(second.outcome.result["sent"] == 1)
        try await site.publish(second.id)
        #expect(try site.live("bin/service") == "two")
        #expect(try site.live("moved/elsewhere.txt") == "static")
        let attributes = try FileManager.default.attributesOfItem(
            atPath: site.root.appendingPathComponent("current/appsettings.json").path)
        #expect(attributes[.referenceCount] as? Int == 2)
    }

    @Test func sendsAFileAgainWhoseKeptCopyWasChanged() async throws {
        let first = try await site.stage()
        try Data("damaged".utf8).write(
            to: site.root.appendingPathComponent("releases/\(first.id)/appsettings.json"))
        try site.write("bin/service", "two", executable: true)
        let second = try await site.stage()
        try await site.publish(second.id)
        #expect(try site.live("appsettings.json") == "{}")
    }

    @Test func goesBackToTheReleaseBeforeAndMarksTheOneLeft() async throws {
        let first = try await site.stage().id
        try await site.publish(first)
        try site.write("bin/service", "two", executable: true)
        let second = try await site.stage().id
        try await site.publish(second)
        let back = try await site.goBack(from: second)
        #expect(back.changed)
        #expect(try site.live("bin/service") == "one")
        let history = try await site.history()
        #expect(history.isBad(try #require(ReleaseID(second))))
        #expect(try await !site.goBack(from: second).changed)
        await #expect(throws: ModuleFailure.self) { try await site.goBack() }
        #expect(ReleaseListing(history).rows.map(\.mark) == [.live, .bad])
    }

    @Test func theListingKnowsTheSchemaLevelsOfEachRelease() async throws {
        let silent = try await site.stage().id
        try site.write("migrations/0003_more.sql", "-- phase: expand\n")
        let told = try await site.stage().id
        let rows = try await site.module(["state": "listed"]).act(on: LocalHost()).result["releases"]?.list ?? []
        let brings = Dictionary(rows.map { ($0["id"]?.string ?? "?", $0["brings"]?.int) }) { $1 }
        #expect(brings == [silent: nil, told: 3])
    }

    @Test func whatAHostLacksOfAReleaseIsWhatNoKeptOneHas() async throws {
        let store = ReleaseStore(site.root.path)
        let release = try await Release.read(site.source.path)
        let id = try #require(release.manifest.id(version: nil))
        func room() async throws -> ReleaseRoom? {
            let reply = try await LocalHost().run([store.room(for: release.manifest, id: id)]).first
            return ReleaseRoom(parsing: reply?.output ?? "")
        }
        let bare = try #require(try await room())
        #expect(bare.needed == release.manifest.size)
        #expect(bare.free > 0)
        try await site.stage()
        #expect(try await room()?.needed == 0)
        try site.write("bin/more", "four")
        let next = try await Release.read(site.source.path)
        let reply = try await LocalHost().run([
            store.room(for: next.manifest, id: try #require(next.manifest.id(version: nil)))
        ]).first
        #expect(ReleaseRoom(parsing: reply?.output ?? "")?.needed == 4)
        let fits = try await site.module(["state": "fits", "src": .string(site.source.path)]).act(on: LocalHost())
        #expect(!fits.changed)
        #expect(!ReleaseRoom(needed: 1 << 30, free: 1 << 30).suffices)
        #expect(!ReleaseRoom(needed: 1, free: 1 << 30, freeFiles: 3, neededFiles: 4).suffices)
        #expect(ReleaseRoom(needed: 0, free: 0).suffices)
    }

    /// The next push goes on with it, or removes it; a file that a kept release has too is no room, though.
    @Test func whatAnInterruptedPushLeftCountsAsRoom() async throws {
        let store = ReleaseStore(site.root.path)
        let release = try await Release.read(site.source.path)
        let id = try #require(release.manifest.id(version: nil))
        func free() async throws -> Int {
            let reply = try await LocalHost().run([store.room(for: release.manifest, id: id)]).first
            return try #require(ReleaseRoom(parsing: reply?.output ?? "")).free
        }
        let left = "\(site.root.path)/releases/.new-\(id)"
        let fill: Shell = "mkdir -p \(left) && dd if=/dev/zero of=\("\(left)/part") bs=1M count=96 status=none"
        #expect(try await LocalHost().run([.changes(fill)]).first?.succeeded == true)
        let kept = "\(site.root.path)/kept"
        var difference = 0
        // Others write to the disk meanwhile: one undisturbed look tells.
        for _ in 0..<10 where abs(difference - 96 << 20) >= 32 << 20 {
            let counted = try await free()
            let link: Shell = "ln \("\(left)/part") \(kept)"
            #expect(try await LocalHost().run([.changes(link)]).first?.succeeded == true)
            difference = counted - (try await free())
            try FileManager.default.removeItem(atPath: kept)
        }
        #expect(abs(difference - 96 << 20) < 32 << 20)
    }

    @Test func aBadReleaseIsNotGoneBackTo() async throws {
        var ids: [String] = []
        for number in 1...3 {
            try site.write("bin/service", "\(number)", executable: true)
            ids.append(try await site.stage().id)
            try await site.publish(ids[number - 1])
        }
        let bad: [String: Value] = ["state": "bad", "id": .string(ids[1])]
        #expect(try await site.module(bad).act(on: LocalHost()).changed)
        #expect(try await !site.module(bad).act(on: LocalHost()).changed)
        #expect(try await site.history().previous == ReleaseID(ids[0]))
        let absent: [String: Value] = ["state": "bad", "id": "never-there"]
        #expect(try await !site.module(absent).act(on: LocalHost()).changed)
    }

    @Test func keepsTheLiveOneTheOneBeforeAndTheNewestGoodOnes() async throws {
        var ids: [String] = []
        for number in 1...6 {
            try site.write("bin/service", "\(number)", executable: true)
            ids.append(try await site.stage().id)
            try await site.publish(ids[ids.count - 1], keep: 3)
            try await site.confirm(ids[ids.count - 1], keep: 3)
        }
        #expect(try Set(site.names()) == Set(ids.suffix(3)))
    }

    /// Killed before any of its steps, a staging leaves what is live alone, and the next one finishes and sweeps.
    @Test(arguments: 1...6) func survivesBeingKilled(at step: Int) async throws {
        let first = try await site.stage().id
        try await site.publish(first)
        try site.write("bin/service", "two", executable: true)
        let killed = LocalHost(before: CountDown(step).step)
        _ = try? await site.stage(on: killed)
        #expect(try site.live("bin/service") == "one")
        let second = try await site.stage().id
        try await site.publish(second)
        #expect(try site.live("bin/service") == "two")
        #expect(try site.names().sorted() == [first, second].sorted())
    }

    @Test func refusesAFolderThatIsNoRelease() async throws {
        await #expect(throws: ModuleFailure.self) {
            try await site.module(["state": "staged", "src": "/nowhere/at/all"]).act(on: LocalHost())
        }
        try FileManager.default.createSymbolicLink(
            atPath: site.source.appendingPathComponent("out").path, withDestinationPath: "../../etc/passwd")
        let failure = await #expect(throws: ModuleFailure.self) { try await site.stage() }
        #expect(failure?.message.contains("outside the release") == true)
    }

    @Test func refusesToPublishWhatIsNotThere() async throws {
        let failure = await #expect(throws: ModuleFailure.self) { try await site.publish("1.0-abc") }
        #expect(failure?.message == "release 1.0-abc is not on here; it has none")
    }

    @Test func refusesAnIDThatIsAPath() {
        #expect(ReleaseID("../etc") == nil)
        #expect(ReleaseID("a/b") == nil)
        #expect(ReleaseID(".hidden") == nil)
        #expect(ReleaseID("1.2.3+4-abc_d") != nil)
    }
}

/// Throws at the n-th call. Sendable without a check: only one task calls it.
private final class CountDown: @unchecked Sendable {
    private var left: Int

    init(_ count: Int) { left = count }

    @Sendable func step(_ fragment: Fragment) throws {
        left -= 1
        if left <= 0 { throw TransportError.lost(host: "here", reason: "killed") }
    }
}
