import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Playbooks

/// Handlers that were notified are not lost with the run (ansible/ansible#10498, #9323, #4687).
@Suite(.timeLimit(.minutes(10))) struct OwedHandlerTests {
    private let root: Scratch
    private let folder: OwedFolder

    init() throws {
        root = try Scratch()
        folder = OwedFolder(base: root.path)
    }

    private var notes: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(root.path)/intchainctl/owed")) ?? []
    }

    private func project(_ tasks: String, handlers: String = "", hosts: [String] = ["one"]) -> Project {
        Project(
            """
            - name: Site
              hosts: all
              tasks:
            \(tasks)
              handlers:
                - name: Restart
                  shell: echo {{ inventory_hostname }} >>\(root.path)/restarts
            \(handlers)
            """, hosts: hosts)
    }

    private var write: String {
        "    - { name: Write, copy: { dest: '\(root.path)/file', content: x }, notify: Restart }\n"
    }

    private var restarts: String? { root.read("restarts") }

    private func owed(_ run: TestRun) -> [String] {
        run.recorder.all.flatMap { if case .handlersOwed(_, let names) = $0 { names } else { [String]() } }
    }

    private func orphans(_ run: TestRun) -> [String] {
        run.recorder.all.flatMap { event in
            guard case .handlersOrphaned(_, let handlers) = event else { return [String]() }
            return handlers.map { "\($0.name) \($0.file)" }
        }
    }

    /// A status that `failed_when` makes a success has taken the change's own note back.
    @Test(arguments: ["", ", args: { creates: /nowhere }"])
    func aHandlerOfAChangeThatEndedBadlyAndCountsAllTheSameIsKept(guarding: String) async throws {
        let tasks = """
                - { name: Odd, shell: "exit 2"\(guarding), register: odd, failed_when: "odd.rc not in [0, 2]", notify: Restart }
                - { name: Fail, command: 'false' }
            """
        let run = try await project(tasks).run(owed: folder)
        #expect(run.status("Odd") == .changed)
        #expect(notes.count == 1)
    }

    @Test func aHandlerLostToALaterFailureIsRunByTheNextApply() async throws {
        let failing = project(
            write + "    - { name: Fail, command: 'false', when: not root_is_fine | default(false) }\n")
        let first = try await failing.run(owed: folder)
        #expect(first.count().failed == 1)
        #expect(restarts == nil)
        #expect(notes.count == 1)
        #expect(
            first.recorder.all.contains {
                if case .handlersKept("one", ["Site : Restart"]) = $0 { true } else { false }
            })
        let second = try await failing.with(["root_is_fine": true]).run(owed: folder)
        #expect(second.status("Write") == .ok)
        #expect(second.status("Restart") == .changed)
        #expect(owed(second) == ["Restart"])
        #expect(restarts == "one\n")
        #expect(notes.isEmpty)
        let third = try await failing.with(["root_is_fine": true]).run(owed: folder)
        #expect(third.count().changed == 0)
        #expect(third.roundTrips() == 1)
    }

    /// Another playbook for the same hosts may have a handler of the same name.
    @Test func aHandlerOfAPlayWithoutANameIsKnownByItsFile() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { copy: { dest: '\(root.path)/file', content: x }, notify: Restart }
                - command: 'false'
              handlers:
                - { name: Restart, command: 'true' }
            """
        ).run(owed: folder)
        let kept = run.recorder.all.flatMap { if case .handlersKept(_, let names) = $0 { names } else { [String]() } }
        #expect(kept.count == 1)
        #expect(kept.first?.contains(/\S+\.yml all : Restart/) == true, "\(kept)")
    }

    /// Nobody is there to see what the change answered.
    @Test func aKillRightAfterTheChangeLosesNoHandler() async throws {
        let slow = project(
            """
                - name: Write
                  shell: "touch \(root.path)/begun; while [ ! -e \(root.path)/go ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done; touch \(root.path)/ended"
                  args: { creates: '\(root.path)/ended' }
                  notify: Restart
            """)
        let running = Task { [folder] in try await slow.run(owed: folder) }
        while !root.exists("begun") { try await Task.sleep(for: .milliseconds(20)) }
        running.cancel()
        _ = try await running.value
        try root.write("go", "")
        while !root.exists("ended") { try await Task.sleep(for: .milliseconds(20)) }
        let second = try await slow.run(owed: folder)
        #expect(second.status("Restart") == .changed)
        #expect(restarts == "one\n")
        #expect(notes.isEmpty)
    }

    @Test func aRunThatChangesNothingDoesNotPayForIt() async throws {
        _ = try await project(write).run(owed: folder)
        let second = try await project(write).run(owed: folder)
        #expect(second.count().changed == 0)
        #expect(second.roundTrips() == 1)
    }

    @Test func noteAndHandlerCostNoRoundTripOfTheirOwn() async throws {
        let run = try await project(write).run(owed: folder)
        #expect(run.count().changed == 2)
        // One that looks, two that change; the command's note goes with nothing, so it is removed at the end.
        #expect(run.roundTrips() == 4)
        let converging = Project(
            """
            - hosts: all
              tasks:
                - { copy: { dest: "\(root.path)/b", content: x }, notify: Make }
              handlers:
                - { name: Make, file: { path: "\(root.path)/c", state: directory } }
            """)
        #expect(try await converging.run(owed: folder).roundTrips() == 3)
        #expect(notes.isEmpty)
    }

    @Test func aHandlerThatFailsStaysOwed() async throws {
        let failing = project(write).with(["ok": false])
        var broken = failing
        broken.files["site.yml"] = broken.files["site.yml"]?.replacing(
            "shell: echo", with: "shell: false; exit 1; echo")
        #expect(try await broken.run(owed: folder).count().failed == 1)
        #expect(notes.count == 1)
        #expect(try await failing.run(owed: folder).status("Restart") == .changed)
        #expect(notes.isEmpty)
    }

    @Test func aTaskThatChangedNothingAfterAllNotesNothing() async throws {
        let tasks =
            "    - { name: Look, command: echo same, register: out, changed_when: \"'new' in out.stdout\", notify: Restart }\n"
        let run = try await project(tasks).run(owed: folder)
        #expect(run.count().changed == 0)
        #expect(restarts == nil)
        #expect(notes.isEmpty)
    }

    @Test func aChangeThatFailsNotifiesNobody() async throws {
        let tasks = "    - { name: Break, command: 'false', notify: Restart }\n"
        _ = try await project(tasks).run(owed: folder)
        #expect(notes.isEmpty)
    }

    @Test func anUnchangedTaskDoesNotTakeBackWhatAnEarlierRunOwes() async throws {
        let failing = project(write + "    - { name: Fail, command: 'false', when: not fine | default(false) }\n")
        _ = try await failing.run(owed: folder)
        _ = try await failing.run(owed: folder)
        #expect(notes.count == 1)
        #expect(try await failing.with(["fine": true]).run(owed: folder).status("Restart") == .changed)
    }

    /// The failed change was not the one that owes it.
    @Test func aChangeThatFailsDoesNotTakeBackWhatAnEarlierRunOwes() async throws {
        let tasks = """
            \(write)    - name: Break
                  command: 'false'
                  notify: Restart
                  when: not fine | default(false)

            """
        let failing = project(tasks)
        _ = try await failing.run(owed: folder)
        #expect(notes.count == 1)
        _ = try await failing.run(owed: folder)
        #expect(notes.count == 1)
        #expect(try await failing.with(["fine": true]).run(owed: folder).status("Restart") == .changed)
        #expect(restarts == "one\n")
    }

    @Test func whatIsOwedByANameThatIsGoneIsToldWithItsFile() async throws {
        let failing = project(write + "    - { command: 'false', when: not fine | default(false) }\n")
        _ = try await failing.run(owed: folder)
        let note = try #require(notes.first)
        var renamed = failing.with(["fine": true])
        renamed.files["site.yml"] = renamed.files["site.yml"]?.replacing("Restart", with: "Start again")
        let second = try await renamed.run(owed: folder)
        #expect(orphans(second) == ["Site : Restart \(root.path)/intchainctl/owed/\(note)"])
        #expect(second.count().failed == 0)
        #expect(restarts == nil)
        // Another playbook may have it: it stays until somebody has seen to it.
        #expect(notes == [note])
        #expect(orphans(try await failing.with(["fine": true]).run(owed: folder)) == [])
        #expect(restarts == "one\n")
        #expect(notes.isEmpty)
    }

    @Test func whatAnotherPlayOwesIsNoOrphan() async throws {
        let failing = project(write + "    - { command: 'false' }\n")
        _ = try await failing.run(owed: folder)
        let other = Project("- name: Other\n  hosts: all\n  tasks:\n    - debug: { msg: x }\n")
        #expect(orphans(try await other.run(owed: folder)) == [])
        let twice = Project(
            """
            - name: Site
              hosts: all
              tasks: [{ debug: { msg: x } }]
            - name: Site
              hosts: all
              tasks: [{ debug: { msg: x } }]
              handlers: [{ name: Restart, shell: echo later >>\(root.path)/restarts }]
            """)
        #expect(orphans(try await twice.run(owed: folder)) == [])
        #expect(restarts == "later\n")
    }

    @Test func eachHostOwesItsOwn() async throws {
        let failing = project(
            write.replacing("/file'", with: "/file-{{ inventory_hostname }}'")
                + "    - { command: 'false', when: inventory_hostname == 'one' and not fine | default(false) }\n",
            hosts: ["one", "two"])
        _ = try await failing.run(owed: folder)
        #expect(restarts == "two\n")
        let second = try await failing.with(["fine": true]).run(owed: folder)
        #expect(second.ran("Restart") == ["one"])
    }

    @Test func whatADelegatedChangeNotifiesIsKeptAtHome() async throws {
        let failing = project(
            """
                - { name: Write, copy: { dest: '\(root.path)/file', content: x }, delegate_to: two, notify: Restart, when: inventory_hostname == 'one' }
                - { command: 'false', when: inventory_hostname == 'one' and not fine | default(false) }
            """, hosts: ["one", "two"])
        _ = try await failing.run(owed: folder)
        let second = try await failing.with(["fine": true]).run(owed: folder)
        #expect(second.ran("Restart") == ["one"])
        #expect(notes.isEmpty)
    }

    @Test func whatAVariableNotifiesIsKeptToo() async throws {
        let failing = project(
            """
                - { name: Write, copy: { dest: '\(root.path)/file', content: x }, register: written }
                - { name: Tell, debug: { msg: x }, changed_when: written is changed, notify: Restart }
                - { command: 'false', when: not fine | default(false) }
            """)
        _ = try await failing.run(owed: folder)
        #expect(try await failing.with(["fine": true]).run(owed: folder).status("Restart") == .changed)
    }

    @Test func checkModeShowsOwedHandlersAndLeavesThem() async throws {
        let failing = project(write + "    - { command: 'false', when: not fine | default(false) }\n")
        _ = try await failing.run(owed: folder)
        var planning = failing.with(["fine": true])
        planning.options.check = true
        let plan = try await planning.run(owed: folder)
        #expect(owed(plan) == ["Restart"])
        #expect(plan.reports.last { $0.task.name == "Restart" }?.task.isOwed == true)
        #expect(notes.count == 1)
        #expect(restarts == nil)
    }

    @Test func aNotesNameIsNoShellText() async throws {
        let handler = OwedHandler(host: "o'ne; $(touch /tmp/x)", name: "it's \"`a`\" $HOME")
        let shell = try await LocalTransport().connect(to: Endpoint(name: "here", address: "localhost"))
            .shell(as: nil, greeting: [.reads(":")])
        let replies = try await shell.run([.reads(folder.noting([handler])), .reads(folder.look)])
        #expect(OwedFolder.read(replies[1].stdout) == [handler: "\(root.path)/intchainctl/owed/\(handler.fileName)"])
    }
}
