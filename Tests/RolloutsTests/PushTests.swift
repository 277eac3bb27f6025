import Foundation
import Modules
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Rollouts

/// What goes over the line, on this machine as the host.
@Suite struct PushTests {
    private let site: ReleaseSite
    private let large = Noise(seed: 7).bytes(6 << 20)

    init() throws {
        site = try ReleaseSite()
        try site.write("appsettings.json", "{}")
        try site.write("bin/large", large)
    }

    private func large(ofLive name: String = "bin/large") throws -> [UInt8] {
        Array(try Data(contentsOf: site.root.appendingPathComponent("current/\(name)")))
    }

    @Test func sendsOnlyTheChunksOfALargeFileThatTheHostLacks() async throws {
        try await site.publish(site.stage().id)
        var changed = Array("inserted at the front".utf8) + large
        changed[3 << 20] ^= 0xff
        try site.write("bin/large", changed)
        let second = try await site.stage()
        let sent = try #require(second.outcome.result["sent_bytes"]?.int)
        #expect(sent < changed.count / 10, "\(sent) bytes")
        try await site.publish(second.id)
        #expect(try large() == changed)
    }

    /// How a large file is put together is told piece by piece, each with its file's path: more than one argument of a
    /// program may hold, which is 128 KiB.
    @Test func aFileOfManyPiecesIsPutTogether() async throws {
        let name = (1...9).map { _ in String(repeating: "long", count: 60) }.joined(separator: "/")
        var changed = Noise(seed: 5).bytes(24 << 20)
        try site.write(name, changed)
        try await site.publish(site.stage().id)
        for position in stride(from: 0, to: changed.count, by: 150 << 10) { changed[position] ^= 0xff }
        try site.write(name, changed)
        let longest = Mutex(0)
        let second = try await site.stage(
            on: LocalHost(before: { fragment in
                longest.withLock { $0 = max($0, fragment.shell.text.utf8.count) }
            }))
        #expect(longest.withLock { $0 } > 128 << 10)
        #expect(try #require(second.outcome.result["sent_bytes"]?.int) < changed.count * 3 / 4)
        try await site.publish(second.id)
        #expect(try large(ofLive: name) == changed)
    }

    /// What is sent of a file that not everybody may read is not to be seen on its way either.
    @Test func whatIsOnItsWayIsNotForOthersToSee() async throws {
        await #expect(throws: (any Error).self) { try await site.stage(on: LocalHost(cutAfter: 4 << 20)) }
        let id = try #require(try await Release.read(site.source.path).manifest.id(version: nil))
        for folder in ["releases/.new-\(id)", ".deploy/push-\(id)"] {
            let path = site.root.appendingPathComponent(folder).path
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        }
        try await site.publish(site.stage().id)
        let path = site.root.appendingPathComponent("releases/\(id)").path
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
    }

    @Test func findsTheChunksOfAFileThatWasMoved() async throws {
        try await site.publish(site.stage().id)
        try FileManager.default.removeItem(at: site.source.appendingPathComponent("bin/large"))
        try site.write("lib/large", large + [1, 2, 3])
        let second = try await site.stage()
        #expect(try #require(second.outcome.result["sent_bytes"]?.int) < large.count / 10)
        try await site.publish(second.id)
        #expect(try large(ofLive: "lib/large") == large + [1, 2, 3])
    }

    @Test func sendsALargeFileWholeWhenTheKeptOneWasChangedOnTheHost() async throws {
        let first = try await site.stage()
        let kept = site.root.appendingPathComponent("releases/\(first.id)/bin/large")
        try Data(Noise(seed: 8).bytes(large.count)).write(to: kept)
        try site.write("bin/large", [9] + large)
        let second = try await site.stage()
        try await site.publish(second.id)
        #expect(try large() == [9] + large)
    }

    /// Cut in the middle of its largest file, the next push goes on where the bytes ended.
    @Test func goesOnWhereACutPushEnded() async throws {
        await #expect(throws: (any Error).self) { try await site.stage(on: LocalHost(cutAfter: 4 << 20)) }
        let second = try await site.stage()
        let sent = try #require(second.outcome.result["sent_bytes"]?.int)
        #expect(sent < 3 << 20, "\(sent) bytes")
        try await site.publish(second.id)
        #expect(try large() == large)
        #expect(try site.names() == [second.id])
    }

    /// Of a changed file only what differs had been on its way: the next push is told again what the host has of it.
    @Test func goesOnWhereACutPushOfAChangedFileEnded() async throws {
        try await site.publish(site.stage().id)
        let changed = Noise(seed: 9).bytes(4 << 20) + large
        try site.write("bin/large", changed)
        await #expect(throws: (any Error).self) { try await site.stage(on: LocalHost(cutAfter: 3 << 20)) }
        let second = try await site.stage()
        let sent = try #require(second.outcome.result["sent_bytes"]?.int)
        #expect(sent < 2 << 20, "\(sent) bytes")
        try await site.publish(second.id)
        #expect(try large() == changed)
    }

    /// Of thousands of files it is what a small push costs most on a slow line.
    @Test func theListOfFilesCrossesTheLineOnce() async throws {
        let sent = Mutex<[[UInt8]]>([])
        let release = try await site.stage(
            on: LocalHost(before: { fragment in sent.withLock { $0 += fragment.inputs } }))
        let manifest = try await Release.read(site.source.path).manifest.text
        #expect(sent.withLock { $0.count { $0 == Array(manifest.utf8) } } == 1)
        try await site.publish(release.id)
        #expect(try site.live("MANIFEST") == manifest)
        #expect(try await site.differences().isEmpty)
    }

    @Test(.enabled(if: geteuid() == 0, "gives files to other accounts, as root"))
    func filesThatAreLinkedBelongToTheOwnerToo() async throws {
        let first = try await site.stage()
        try await site.publish(first.id)
        let kept = site.root.appendingPathComponent("releases/\(first.id)/bin/large").path
        try #require(chown(kept, 1, 1) == 0)
        try site.write("appsettings.json", "{ }")
        let second = try await site.stage(owner: "root", group: "root")
        try await site.publish(second.id)
        let folder = site.root.appendingPathComponent("releases/\(second.id)").path
        for name in ["", "bin", "bin/large", "appsettings.json", "MANIFEST"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            #expect(
                attributes[.ownerAccountID] as? Int == 0 && attributes[.groupOwnerAccountID] as? Int == 0, "\(name)")
        }
    }

    @Test func beginsALargeFileAnewWhenWhatIsThereOfItIsSomethingElse() async throws {
        await #expect(throws: (any Error).self) { try await site.stage(on: LocalHost(cutAfter: 4 << 20)) }
        let left = site.root.appendingPathComponent(".deploy")
        for name in try FileManager.default.subpathsOfDirectory(atPath: left.path) where name.hasSuffix(".part") {
            try Data("other bytes".utf8).write(to: left.appendingPathComponent(name))
        }
        let second = try await site.stage()
        try await site.publish(second.id)
        #expect(try large() == large)
    }

    @Test func refusesAReleaseThatTheHostHasNoRoomFor() async throws {
        // `df` of a host whose disk is full.
        let full = LocalHost(rewriting: { $0.replacing("df -Pk .", with: "printf 'h\\nd 1 1 100 1 /\\n'") })
        let failure = await #expect(throws: ModuleFailure.self) { try await site.stage(on: full) }
        #expect(failure?.message.contains("0 MB free") == true, "\(failure?.message ?? "")")
        #expect(try site.names().allSatisfy { $0.hasPrefix(".") })
    }

    @Test func anEarlierPushStopsWhenAnotherOneTakesOver() async throws {
        let release = try await Release.read(site.source.path)
        let id = try #require(release.manifest.id(version: nil))
        let store = ReleaseStore(site.root.path)
        let first = Staging(store: store, id: id, token: "first")
        let second = Staging(store: store, id: id, token: "second")
        for staging in [first, second] {
            #expect(try await LocalHost().run([staging.open(release.manifest)]).first?.succeeded == true)
        }
        let late = try await LocalHost().run([first.discardPart(of: "x")]).first
        #expect(late?.succeeded == false)
        #expect(late?.errors.contains("another push has taken over") == true)
        #expect(try await LocalHost().run([second.discardPart(of: "x")]).first?.succeeded == true)
    }

    @Test func keepsChunkListsOnlyOfFilesThatAreKept() async throws {
        try await site.publish(site.stage().id, keep: 1)
        for number in UInt8(1)...3 {
            try site.write("bin/large", [number] + large)
            let id = try await site.stage().id
            try await site.publish(id, keep: 1)
            try await site.confirm(id, keep: 1)
        }
        _ = try await site.stage()
        try site.write("appsettings.json", "{ }")
        try await site.stage()
        let lists = try FileManager.default.contentsOfDirectory(atPath: site.root.path + "/.deploy/chunks")
        #expect(lists.count <= 2)
    }
}

/// Deploy tools' wounds: releases that never served pushing out the one to go back to (capistrano#1907, deployer#814),
/// broken links after a rollback (deployer#903), rollback to a release that has to be guessed (kamal#1658).
@Suite struct KeepingTests {
    private let site: ReleaseSite

    init() throws { site = try ReleaseSite() }

    private func stage(_ text: String) async throws -> String {
        try site.write("service", text)
        return try await site.stage().id
    }

    @Test func badReleasesNeverPushOutTheGoodOnes() async throws {
        let first = try await stage("1")
        try await site.publish(first, keep: 2)
        let second = try await stage("2")
        try await site.publish(second, keep: 2)
        for number in 3...8 {
            let bad = try await stage("\(number)")
            try await site.publish(bad, keep: 2)
            try await site.goBack(from: bad)
        }
        #expect(try site.live("service") == "2")
        #expect(try Set(site.names()).isSuperset(of: [first, second]))
        let rows = ReleaseListing(try await site.history()).rows
        #expect(rows.first { $0.mark == .live }?.id.text == second)
        #expect(rows.first { $0.mark == .previous }?.id.text == first)
    }

    @Test func stagedReleasesNeverPushOutTheGoodOnes() async throws {
        let first = try await stage("1")
        try await site.publish(first, keep: 2)
        let second = try await stage("2")
        try await site.publish(second, keep: 2)
        for number in 3...8 { _ = try await stage("\(number)") }
        try await site.publish(second, keep: 2)
        let third = try await stage("9")
        try await site.publish(third, keep: 2)
        #expect(try Set(site.names()).isSuperset(of: [second, third]))
        try await site.goBack(from: third)
        #expect(try site.live("service") == "2")
    }

    @Test func currentIsAWholeLinkAfterEachWayBack() async throws {
        let first = try await stage("1")
        try await site.publish(first)
        let second = try await stage("2")
        try await site.publish(second)
        try await site.goBack()
        let current = site.root.appendingPathComponent("current").path
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: current)
        #expect(target == "releases/\(first)")
        #expect(try site.live("service") == "1")
    }
}
