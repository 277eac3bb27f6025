import Foundation
import Modules
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Databases

/// The lists of what is history no more, which hosts with backups bring together.
@Suite struct AbandonedListTests {
    private static let u = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
    private static let v = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562"

    private static func united(_ lists: String...) throws -> String {
        AbandonedHistory(uniting: try lists.map { try AbandonedHistory(parsing: $0) }).text
    }

    @Test func listsThatNeverMetBecomeOne() throws {
        let (first, second) = ("200\t\(Self.u):13-14\n", "300\t\(Self.v):5:7\n100\t\(Self.v):5\n")
        let both = "300\t\(Self.u):13-14,\(Self.v):5:7\n200\t\(Self.u):13-14,\(Self.v):5\n100\t\(Self.v):5\n"
        #expect(try Self.united(first, second) == both)
        #expect(try Self.united(second, first) == both)
        #expect(try Self.united(both, first, second, "") == both, "who has been told changes nothing")
    }

    /// A server that went on with its former primary has its history again, whatever an older list says.
    @Test func whatWasTakenBackStaysHistory() throws {
        let old = "100\t\(Self.u):13-14\n"
        let taken = "200\t\(Self.u):14\n" + old
        #expect(try Self.united(old, taken) == taken)
        #expect(
            try Self.united(taken, "150\t\(Self.v):1\n") == """
                200\t\(Self.u):14,\(Self.v):1
                150\t\(Self.u):13-14,\(Self.v):1
                100\t\(Self.u):13-14

                """)
        let none = "200\t\n" + old
        #expect(try Self.united(none, old) == none)
    }

    /// Two hosts that note the same note it seconds apart.
    @Test func theSameNotedTwiceIsNotedOnce() throws {
        #expect(try Self.united("101\t\(Self.u):13\n", "100\t\(Self.u):13\n") == "100\t\(Self.u):13\n")
        #expect(try Self.united("", "").isEmpty)
        #expect(throws: ModuleFailure.self) { try Self.united("100 \(Self.u):13\n") }
        #expect(throws: ModuleFailure.self) { try Self.united("100\tnonsense:13\n") }
    }

    // MARK: On hosts

    private static func bringTogether(_ hosts: String..., tell: Bool? = nil) throws -> MySQLAbandonedModule {
        var values: [String: Value] = [
            "hosts": .list(hosts.map(Value.string)), "directory": "/restore",
        ]
        values["tell"] = tell.map(Value.bool)
        let context = ModuleContext(
            host: "db2", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { .string($0) })
        return try MySQLAbandonedModule(try Arguments(values, for: MySQLAbandonedModule.spec), in: context)
    }

    /// Hosts that keep what they are told.
    private static func site(_ lists: [String: String], lost: Set<String> = []) -> StagedSite {
        let kept = Kept(lists)
        return StagedSite { host, fragment in
            guard !lost.contains(host) else { throw TransportError.lost(host: host, reason: "no route") }
            return kept.answer(host, fragment)
        }
    }

    private final class Kept: Sendable {
        private let lists: Mutex<[String: String]>
        init(_ lists: [String: String]) { self.lists = Mutex(lists) }

        func answer(_ host: String, _ fragment: Fragment) -> Reply {
            lists.withLock { lists in
                guard fragment.effect == .changes else { return Reply(stdout: Array((lists[host] ?? "").utf8)) }
                lists[host] = fragment.inputs.last.map { String(decoding: $0, as: UTF8.self) }
                return Reply()
            }
        }
    }

    @Test func eachHostLearnsWhatTheOthersKnowAndWhoIsAwayIsNamed() async throws {
        let lists = ["db1": "200\t\(Self.u):13\n", "db2": "100\t\(Self.v):5\n"]
        let site = Self.site(lists, lost: ["db4"])
        let module = try Self.bringTogether("db1", "db2", "db3", "db4")
        let first = try await module.act(on: site.host("db2"))
        #expect(first.changed && first.result["told"] == ["db1", "db2", "db3"])
        #expect(first.message?.contains("db4 could not be asked: ") == true, "\(first.message ?? "")")
        let second = try await module.act(on: site.host("db2"))
        #expect(!second.changed && second.result["told"] == [])
        #expect(second.message?.hasPrefix("db4 could not be asked: ") == true)
    }

    /// The plan of a restore needs to know, and changes nothing.
    @Test func aPlanAsksAndTellsNobody() async throws {
        let site = Self.site(["db1": "200\t\(Self.u):13\n", "db2": "100\t\(Self.v):5\n"])
        let outcome = try await Self.bringTogether("db1", "db2", tell: false).act(on: site.host("db2"))
        #expect(!outcome.changed && outcome.result["told"] == [])
        #expect(outcome.result["known"] == .string("200\t\(Self.u):13,\(Self.v):5\n100\t\(Self.v):5\n"))
        #expect(site.asked { $0.effect == .changes }.isEmpty)
    }

    @Test func whereNothingWasAbandonedNothingIsSaidOrWritten() async throws {
        let site = Self.site([:])
        let outcome = try await Self.bringTogether("db1", "db2").act(on: site.host("db2"))
        #expect(!outcome.changed && outcome.message == nil)
        #expect(site.asked { $0.effect == .changes }.isEmpty)
    }

    @Test func aListIsReplacedUnlessItHasChangedSinceItWasRead() async throws {
        let host = try ShellHost()
        let list = AbandonedList(directory: host.folder)
        let (old, new) = ("100\t\(Self.u):13\n", "200\t\(Self.u):13-14\n100\t\(Self.u):13\n")
        #expect(try await host.run(list.replacement(of: "", by: old)).succeeded)
        #expect(host.read("abandoned") == old)
        #expect(try await host.run(list.replacement(of: old, by: new)).succeeded)
        #expect(host.read("abandoned") == new)
        let late = try await host.run(list.replacement(of: old, by: old))
        #expect(late.status == 1 && late.errors.contains("changed meanwhile"), "\(late.errors)")
        #expect(host.read("abandoned") == new)
    }
}
