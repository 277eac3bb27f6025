import Diagnostics
import Foundation
import Modules
import Remote
import Testing

@testable import Playbooks

/// Ctrl-C once: a run that ends in good order, and says what it has left.
@Suite(.timeLimit(.minutes(10))) struct InterruptionTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    /// A task that asks for the end itself, by a file that the test waits for, and goes on when the test says so.
    private var longTask: String {
        """
            - name: Take time
              shell: "touch \(root.path)/begun; while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; touch \(root.path)/ended"

        """
    }

    private func until(_ name: String) async throws {
        while !root.exists(name) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Runs it, asks for the end while the long task is under way, and lets that end.
    private func interrupted(
        _ project: Project, lock: SiteLock? = nil
    ) async throws -> (run: TestRun, unfinished: [Unfinished]) {
        let stop = StopRequest()
        async let running = project.run(lock: lock, stop: stop)
        try await until("begun")
        #expect(stop.request())
        try root.write("go", "")
        let run = try await running
        let told = run.recorder.all.compactMap { event -> [Unfinished]? in
            if case .interrupted(let hosts) = event { hosts } else { nil }
        }
        return (run, try #require(told.first))
    }

    @Test func ctrlCOnceLetsTheStepEndAndBeginsNoOther() async throws {
        let (run, left) = try await interrupted(
            Project("- hosts: all\n  tasks:\n\(longTask)    - name: Next\n      command: touch \(root.path)/next\n"))
        #expect(root.exists("ended"))
        #expect(!root.exists("next"))
        #expect(run.status("Take time") == .changed)
        #expect(left.map(\.left).map { $0.map(\.name) } == [["Next"]])
        #expect(left.map(\.done) == [1])
        #expect(left.allSatisfy { $0.cutOff == nil })
    }

    @Test func whatIsLeftIsToldForEachHostAndOfLaterPlaysToo() async throws {
        let (_, left) = try await interrupted(
            Project(
                """
                - hosts: one
                  tasks:
                \(longTask)    - name: Next
                      command: touch \(root.path)/next
                - name: Later
                  hosts: all
                  tasks:
                    - { name: Last, command: touch \(root.path)/last, tags: never }
                    - { name: Really last, command: touch \(root.path)/last }
                """, hosts: ["one", "two"]))
        #expect(left.map(\.host) == ["one", "two"])
        #expect(left.map { $0.left.map(\.name) } == [["Next", "Really last"], ["Really last"]])
        #expect(left[0].left[0].place.line == 5)
        #expect(!root.exists("last"))
    }

    @Test func noRescueBeginsAfterCtrlC() async throws {
        let (_, _) = try await interrupted(
            Project(
                """
                - hosts: all
                  tasks:
                    - block:
                        - name: Take time
                          shell: "touch \(root.path)/begun; while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; false"
                      rescue:
                        - command: touch \(root.path)/rescued
                """))
        #expect(!root.exists("rescued"))
    }

    @Test func aLoopEndsBetweenItsItems() async throws {
        let (run, left) = try await interrupted(
            Project(
                """
                - hosts: all
                  tasks:
                    - name: Take time
                      shell: "touch \(root.path)/begun; while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; touch \(root.path)/{{ item }}"
                      loop: [a, b]
                """))
        #expect(root.exists("a") && !root.exists("b"))
        #expect(run.count().changed == 1)
        #expect(left.map(\.cutOff?.name) == ["Take time"])
    }

    @Test func waitingForACommandToSucceedEndsBetweenTheAttempts() async throws {
        let stop = StopRequest()
        async let running = Project(
            """
            - hosts: all
              tasks:
                - name: Wait
                  command: "false"
                  register: out
                  until: out.rc == 0
                  retries: 1000
                  delay: 600
            """
        ).run(stop: stop, recorder: Recorder { if case .progress = $0 { stop.request() } })
        let run = try await running
        #expect(run.count().failed == 0)
    }

    @Test func hostsThatWaitForEachOtherAllEnd() async throws {
        let (run, left) = try await interrupted(
            Project(
                """
                - hosts: all
                  strategy: linear
                  tasks:
                    - name: Take time
                      shell: "touch \(root.path)/begun; while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done"
                      when: inventory_hostname == 'one'
                    - name: For all
                      command: touch \(root.path)/all
                      run_once: true
                """, hosts: ["one", "two", "three"]))
        #expect(run.ran("For all").isEmpty)
        #expect(left.map(\.host) == ["one", "two", "three"])
    }

    @Test func theSitesLockIsGivenBackAfterCtrlC() async throws {
        let record = LockRecord(
            token: "a", holder: "anna", machine: "m", pid: 1, run: "a", command: "apply", since: "now")
        let lock = SiteLock(record, file: LockFile(path: "\(root.path)/lock"))
        _ = try await interrupted(Project("- hosts: all\n  tasks:\n\(longTask)"), lock: lock)
        #expect(root.read("lock.last") == "a\n")
        #expect(!root.exists("lock"))
    }

    /// The lock comes with the run's first change, whose answer nobody waits for any more.
    @Test func theSitesLockIsGivenBackWhenTheChangeThatTookItIsGivenUp() async throws {
        let record = LockRecord(
            token: "a", holder: "anna", machine: "m", pid: 1, run: "a", command: "apply", since: "now")
        let lock = SiteLock(record, file: LockFile(path: "\(root.path)/lock"))
        let project = Project("- hosts: all\n  tasks:\n\(longTask)")
        let running = Task { try await project.run(lock: lock) }
        try await until("begun")
        running.cancel()
        _ = try await running.value
        #expect(root.exists("lock"), "a change still runs under it")
        try root.write("go", "")
        for _ in 0..<500 where root.exists("lock") { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!root.exists("lock"))
    }

    @Test func waitingForTheSitesLockEndsAtOnce() async throws {
        try root.write("lock", "other\nholder bob\n")
        var terms = SiteLock.Terms()
        terms.wait = .seconds(600)
        let stop = StopRequest()
        let record = LockRecord(
            token: "a", holder: "anna", machine: "m", pid: 1, run: "a", command: "apply", since: "now")
        let lock = SiteLock(record, terms: terms, file: LockFile(path: "\(root.path)/lock"), stop: stop) { _ in
            stop.request()
        }
        let run = try await Project("- hosts: all\n  tasks:\n    - command: touch \(root.path)/done\n")
            .run(lock: lock, stop: stop)
        #expect(run.count().changed == 0)
        #expect(root.read("lock")?.hasPrefix("other") == true)
    }

    /// Twice: nobody waits, and it is said that the host goes on.
    @Test func aStepThatIsGivenUpIsToldAsGoingOnOnItsHost() async throws {
        let project = Project("- hosts: all\n  tasks:\n\(longTask)    - { name: Next, command: 'true' }\n")
        let recorder = Recorder()
        let running = Task { [recorder] in try await project.run(recorder: recorder) }
        try await until("begun")
        running.cancel()
        _ = try await running.value
        let told = recorder.all.compactMap { event -> [Unfinished]? in
            if case .interrupted(let hosts) = event { hosts } else { nil }
        }
        #expect(told.first?.map(\.cutOff?.name) == ["Take time"])
        #expect(told.first?.map(\.goesOn) == ["one"])
        #expect(told.first?.map { $0.left.map(\.name) } == [["Next"]])
        try root.write("go", "")
        try await until("ended")
    }

    @Test func aRequestWithoutARunEndsTheCommandAtOnce() async {
        await confirmation { ended in
            #expect(!StopRequest().request { ended() })
        }
    }
}
