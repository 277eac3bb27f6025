import Foundation
import Modules
import Remote
import Synchronization
import Testing

@testable import Playbooks

@Suite struct SiteLockTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    private func lock(_ token: String, _ terms: SiteLock.Terms = .init(), said: Said = Said()) -> SiteLock {
        let record = LockRecord(
            token: token, holder: "anna", machine: "build1", pid: 1, run: token, command: "apply \(token)", since: "now"
        )
        return SiteLock(record, terms: terms, file: LockFile(path: "\(root.path)/lock")) { said.add($0) }
    }

    /// However long this machine takes, no heartbeat comes between the round trips that are counted.
    private var still: SiteLock.Terms {
        var terms = SiteLock.Terms()
        terms.heartbeat = .seconds(600)
        return terms
    }

    private var path: String { "\(root.path)/lock" }

    private func project(_ tasks: String, hosts: [String] = ["one"]) -> Project {
        Project("- hosts: all\n  tasks:\n\(tasks)", hosts: hosts)
    }

    private func folders(_ count: Int) -> String {
        (0..<count).map { "    - file: { path: '\(root.path)/folder\($0)', state: directory }\n" }.joined()
    }

    @Test func anUnchangedRunNeitherTakesNorPaysForIt() async throws {
        _ = try await project(folders(3)).run(lock: lock("a"))
        try FileManager.default.removeItem(atPath: "\(path).last")
        let run = try await project(folders(3)).run(lock: lock("b"))
        #expect(run.count().changed == 0)
        #expect(run.roundTrips() == 1)
        #expect(!root.exists("lock.last"))
    }

    @Test func aChangedRunTakesItWithItsFirstChangeAndGivesItBack() async throws {
        let run = try await project(folders(3)).run(lock: lock("a", still))
        #expect(run.count().changed == 3)
        // One that looks, three that change, one that gives the lock back.
        #expect(run.roundTrips() == 5)
        #expect(!root.exists("lock"))
        #expect(root.read("lock.last") == "a\n")
    }

    @Test func isHeldOnEveryHostWhileItChanges() async throws {
        let run = try await project(
            "    - command: cat \(path)\n      register: seen\n    - debug: { msg: '{{ seen.stdout_lines[0] }}' }\n",
            hosts: ["one", "two", "three"]
        ).run(lock: lock("a"))
        #expect(["one", "two", "three"].flatMap { run.said($0) } == ["a", "a", "a"])
        #expect(!root.exists("lock"))
    }

    /// A second shell on the anchor costs five round trips, with sudo; its own one is nearly always free by then.
    @Test func hostsThatChangeAtOnceNeedNoSecondShell() async throws {
        let hosts = ["one", "two", "three", "four", "five", "six", "seven"]
        let run = try await project("    - command: sleep 0.3\n", hosts: hosts).run(lock: lock("a", still))
        #expect(run.recap.changed == 7)
        #expect(run.companions.isEmpty)
        #expect(hosts.map { run.roundTrips($0) }.max() ?? 0 <= 4)
    }

    @Test func aLockThatNoHostCanHoldIsNotTaken() async throws {
        let project = project("", hosts: ["down1", "down2"])
        let site = try project.site(RunOptions(), MemoryFiles(texts: [:]), Recorder(), lock: lock("a"))
        await #expect(throws: ModuleFailure.self) { try await site.takeLock() }
    }

    @Test func anAsideThatIsGivenUpLeavesTheHostsOwnShellAlone() async throws {
        let site = try project("").site(RunOptions(), MemoryFiles(texts: [:]), Recorder())
        let session = try site.session(of: "one")
        _ = try await session.run([.reads("echo first")], as: nil)
        #expect(await site.aside(.reads("sleep 20"), on: "one", within: .milliseconds(200)) == nil)
        #expect(try await session.run([.reads("echo second")], as: nil).first?.output == "second\n")
        await site.closeAll()
    }

    /// A note of a handler alone, as the first change of a run that had to wait.
    @Test func whatOnlyNotesAHandlerWaitsForTheLockToo() async throws {
        try root.write("lock", "other\nholder bob\n")
        var terms = SiteLock.Terms()
        terms.wait = .seconds(600)
        let mine = lock("a", terms)
        let project = Project(
            """
            - hosts: all
              tasks:
                - { set_fact: { x: 1 }, changed_when: true, notify: Say }
              handlers:
                - { name: Say, debug: { msg: said } }
            """)
        async let freed: Void = {
            try await Task.sleep(for: .seconds(1))
            try FileManager.default.removeItem(atPath: path)
        }()
        let run = try await project.run(lock: mine)
        try await freed
        #expect(run.count().unreachable == nil)
        #expect(run.said() == ["said"])
    }

    @Test func aLockedSiteIsNotChanged() async throws {
        try root.write("lock", "other\nholder bob\nmachine laptop\npid 7\n")
        let mine = lock("a")
        let run = try await project(folders(2), hosts: ["one", "two"]).run(lock: mine)
        #expect(mine.refusal?.verdict.kind == .held)
        #expect(mine.refusal?.description.contains("bob on laptop") == true)
        #expect(run.recap.changed == 0)
        #expect(!root.exists("folder0"))
        #expect(root.read("lock")?.hasPrefix("other\n") == true)
    }

    @Test func rescueDoesNotRunWhenTheSiteIsLocked() async throws {
        try root.write("lock", "other\n")
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - block:
                    - command: touch \(root.path)/body
                  rescue:
                    - command: touch \(root.path)/rescue
            """
        ).run(lock: lock("a"))
        #expect(!root.exists("body") && !root.exists("rescue"))
        #expect(run.count().rescued == 0)
    }

    @Test func aTokenThatWasTakenAwayStopsTheNextChange() async throws {
        let mine = lock("a")
        let run = try await project(
            """
                - command: touch \(root.path)/first
                - command: sh -c 'printf "b\\nholder bob\\n" >\(path)'
                - command: touch \(root.path)/second

            """
        ).run(lock: mine)
        #expect(root.exists("first"))
        #expect(!root.exists("second"))
        #expect(mine.refusal?.verdict.kind == .lost)
        #expect(run.status("command: touch \(root.path)/second") == nil)
        // It is not ours to give back.
        #expect(root.read("lock")?.hasPrefix("b\n") == true)
    }

    @Test func aDeadHolderIsTakenOverOnlyWhenAsked() async throws {
        try root.write("lock", "dead\nholder bob\n")
        try FileManager.default.setAttributes(
            [.modificationDate: Date.now.addingTimeInterval(-60)], ofItemAtPath: path)
        let polite = lock("a")
        _ = try await project(folders(1)).run(lock: polite)
        #expect(polite.refusal?.description.contains("--take-over") == true)
        var terms = SiteLock.Terms()
        terms.takesOver = true
        let run = try await project(folders(1)).run(lock: lock("b", terms))
        #expect(run.count().changed == 1)
        #expect(!root.exists("lock"))
    }

    @Test func aLivingHolderIsNotTakenOver() async throws {
        try root.write("lock", "other\nholder bob\n")
        var terms = SiteLock.Terms()
        terms.takesOver = true
        // However long this machine takes to come to it.
        terms.deadAfter = 3600
        let mine = lock("a", terms)
        _ = try await project(folders(1)).run(lock: mine)
        #expect(mine.refusal?.verdict.kind == .held)
    }

    @Test func waitsForTheHolderAndThenLooksAgain() async throws {
        try root.write("lock", "other\nholder bob\n")
        var terms = SiteLock.Terms()
        terms.wait = .seconds(600)
        let (said, path, other) = (Said(), path, "\(root.path)/folder0")
        let mine = lock("a", terms, said: said)
        async let run = project(folders(2)).run(lock: mine)
        while said.all.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        // What the other run still does before it ends.
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        try FileManager.default.removeItem(atPath: path)
        #expect(try await run.count().changed == 1)
        #expect(said.all.first?.contains("bob") == true)
    }

    @Test func waitingIsToldOnceHoweverManyHostsWait() async throws {
        try root.write("lock", "other\nholder bob\n")
        var terms = SiteLock.Terms()
        terms.wait = .seconds(600)
        let (said, path) = (Said(), path)
        let mine = lock("a", terms, said: said)
        async let run = project(
            "    - file: { path: '\(root.path)/{{ inventory_hostname }}', state: directory }\n",
            hosts: ["one", "two", "three"]
        ).run(lock: mine)
        while said.all.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .seconds(1))
        try FileManager.default.removeItem(atPath: path)
        #expect(try await run.recap.changed == 3)
        #expect(said.all.count == 1, "\(said.all)")
    }

    /// A check of its own before it would be too early: the change may still wait for another one on its host.
    @Test func everyChangeChecksTheTokenItself() async throws {
        let run = try await project(
            """
                - command: touch \(root.path)/first
                - copy: { dest: '\(root.path)/copy', content: x, mode: '0644' }
                - { file: { path: '\(root.path)/folder', state: directory }, notify: Last }
              handlers:
                - { name: Last, shell: touch \(root.path)/last }

            """, hosts: ["one", "two"]
        ).run(lock: lock("token-of-this-run"))
        let changes = run.transport.roundTrips.flatMap(\.fragments).filter { $0.effect == .changes }
        #expect(changes.count >= 5)
        #expect(changes.allSatisfy { $0.shell.text.contains("[ \"$ic_h\" = token-of-this-run ]") })
    }

    @Test func twoRunsAtOnceChangeOneAfterTheOther() async throws {
        let work = "    - command: sh -c 'echo in >>\(root.path)/log; sleep 0.3; echo out >>\(root.path)/log'\n"
        var terms = SiteLock.Terms()
        terms.wait = .seconds(600)
        let (left, right) = (lock("a", terms), lock("b", terms))
        async let first = project(work + work).run(lock: left)
        async let second = project(work + work).run(lock: right)
        #expect(try await first.count().failed == 0)
        #expect(try await second.count().failed == 0)
        let log = try #require(root.read("log"))
        #expect(log == String(repeating: "in\nout\n", count: 4))
        #expect(left.refusal == nil && right.refusal == nil)
    }

    @Test func aHostThatCannotBeReachedIsLeftOut() async throws {
        let said = Said()
        let playbook = "- hosts: one\n  tasks:\n\(folders(1))"
        let run = try await Project(playbook, hosts: ["down1", "one"]).run(lock: lock("a", said: said))
        #expect(run.count().changed == 1)
        #expect(said.all.contains { $0.contains("without down1") })
        #expect(root.read("lock.last") == "a\n")
    }

    @Test func aHeartbeatIsFeltWhileALongChangeRuns() async throws {
        var terms = SiteLock.Terms()
        terms.heartbeat = .milliseconds(50)
        let run = try await project(
            """
                - command: touch -d '1 hour ago' \(path)
                - shell: |
                    for try in $(seq 240); do
                    [ $(($(date +%s) - $(stat -c %Y \(path)))) -gt 1000 ] || exit 0; sleep 0.5
                    done; exit 1

            """
        ).run(lock: lock("a", terms))
        #expect(run.count().failed == 0)
    }

    @Test func checkModeDoesNotTakeIt() async throws {
        var project = project(folders(1))
        project.options.check = true
        _ = try await project.run(lock: lock("a"))
        #expect(!root.exists("lock.last"))
    }
}

/// What people were told.
private final class Said: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
