import Foundation
import Modules
import Remote
import Testing

@testable import Playbooks

/// What keeps a run right although it looks at everything at once: what can't be known early is looked at, or asked, at
/// its own turn.
@Suite(.timeLimit(.minutes(10))) struct LookAheadTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    @Test func whatATaskReadsOfAnEarlierResultIsReadAtItsTurn() async throws {
        // Under a name that had another value when the tasks were first looked at.
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { command: echo first, register: said }
                - { copy: { dest: '\(root.path)/a', content: '{{ said.stdout }}' }, when: said.stdout == 'first' }
                - { command: echo second, register: said }
                - { copy: { dest: '\(root.path)/b', content: '{{ said.stdout }}' }, when: said.stdout == 'second' }
                - { file: { path: '\(root.path)/{{ said.stdout }}', state: directory } }
            """
        ).run()
        #expect(root.read("a") == "first")
        #expect(root.read("b") == "second")
        #expect(root.exists("second") && !root.exists("first"))
        #expect(run.count().changed == 5)
    }

    @Test func registeringAloneEndsNoBatch() async throws {
        let tasks = (0..<5).map { "    - { stat: { path: '\(root.path)/\($0)' }, register: fact\($0) }\n" }.joined()
        let run = try await Project("- hosts: all\n  tasks:\n\(tasks)    - debug: { msg: '{{ fact4.stat.exists }}' }\n")
            .run()
        #expect(run.said() == ["false"])
        #expect(run.roundTrips() == 1)
    }

    @Test func anotherHostsResultsAreReadAtTheirTurn() async throws {
        let run = try await Project(
            """
            - hosts: all
              strategy: linear
              tasks:
                - { command: 'echo {{ inventory_hostname }}-{{ item }}', register: said, loop: [old] }
                - { command: 'echo {{ inventory_hostname }}-new', register: said }
                - { copy: { dest: '\(root.path)/{{ inventory_hostname }}', content: "{{ hostvars['two'].said.stdout }}" }, when: inventory_hostname == 'one' }
            """, hosts: ["one", "two"]
        ).run()
        #expect(run.count().failed == 0)
        #expect(root.read("one") == "two-new")
    }

    @Test func whatADynamicIncludeBringsIsLookedAtWhenItIsKnown() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { command: echo b, register: which }
                - include_tasks: "{{ which.stdout }}.yml"
                - { stat: { path: '\(root.path)/made' }, register: made }
                - { debug: { msg: '{{ made.stat.exists }}' } }
            """,
            files: [
                "a.yml": "- fail: { msg: never }\n",
                "b.yml": "- file: { path: '\(root.path)/made', state: directory }\n",
            ]
        ).run()
        #expect(run.said() == ["b.yml", "true"])
    }

    /// Somebody else makes the file while the task waits for it.
    @Test func untilLooksAnewAtEachAttempt() async throws {
        let path = "\(root.path)/late"
        let recorder = Recorder { event in
            guard case .progress(_, let task, _) = event, task.name == "Wait" else { return }
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { stat: { path: '\(path)' } }
                - name: Wait
                  stat: { path: '\(path)' }
                  register: late
                  until: late.stat.exists
                  retries: 5
                  delay: 0.1
                - { debug: { msg: '{{ late.attempts }} {{ late.stat.exists }}' } }
            """
        ).run(recorder: recorder)
        #expect(run.said() == ["2 True"])
    }

    /// `wait_for` changes nothing, but it ends when something else has.
    @Test func whatIsLookedAtAfterAnActionIsLookedAtAnew() async throws {
        let path = "\(root.path)/late"
        let recorder = Recorder { event in
            guard case .taskStarted(_, let task) = event, task.name == "Wait" else { return }
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { stat: { path: '\(path)' }, register: before }
                - { name: Wait, wait_for: { path: '\(path)', timeout: 60 } }
                - { stat: { path: '\(path)' }, register: after }
                - { debug: { msg: '{{ before.stat.exists }} {{ after.stat.exists }}' } }
            """
        ).run(recorder: recorder)
        #expect(run.said() == ["False True"])
    }

    @Test func changedWhenAndFailedWhenJudgeWhatTheTaskDid() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - name: Judge
                  command: echo odd
                  register: said
                  changed_when: "'odd' in said.stdout"
                  failed_when: said.stdout == 'even'
                  notify: Note
                - { name: Read, command: echo even, register: said, changed_when: "'odd' in said.stdout", notify: Not this }
                - { name: Break, command: echo even, register: said, failed_when: said.stdout == 'even', ignore_errors: true }
                - { debug: { msg: '{{ said.failed_when_result }}' } }
              handlers:
                - { name: Note, debug: { msg: noted } }
                - { name: Not this, debug: { msg: noted in vain } }
            """
        ).run()
        #expect(run.status("Judge") == .changed)
        #expect(run.status("Read") == .ok)
        #expect(run.status("Break") == .ignored)
        #expect(run.said() == ["true", "noted"])
    }

    @Test func flushedHandlersHaveRunBeforeTheNextTaskLooks() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { copy: { dest: '\(root.path)/a', content: x, mode: '0644' }, notify: Make }
                - { stat: { path: '\(root.path)/b' }, register: before }
                - meta: flush_handlers
                - { stat: { path: '\(root.path)/b' }, register: after }
                - { debug: { msg: '{{ before.stat.exists }} {{ after.stat.exists }}' } }
              handlers:
                - { name: Make, copy: { dest: '\(root.path)/b', content: x, mode: '0644' } }
            """
        ).run()
        #expect(run.said() == ["False True"])
    }

    /// It asks at its turn, though an earlier task asked the same.
    @Test func aModuleThatLooksAtOtherHostsIsAskedAgainAtItsTurn() async throws {
        let registry = ModuleRegistry.builtin.adding([ElsewhereModule.self])
        let project = Project(
            """
            - hosts: all
              tasks:
                - { stat: { path: '\(root.path)' } }
                - { test.elsewhere: { path: '\(root.path)' } }
                - { test.elsewhere: { path: '\(root.path)' } }
            """)
        let transport = RecordingTransport()
        let playbook = try PlaybookLoader(registry: registry, files: MemoryFiles(texts: project.files)).load("site.yml")
        let site = try project.site(
            RunOptions(), MemoryFiles(texts: project.files), Recorder(), transport, owed: OwedFolder(base: root.path))
        let recap = try await PlaybookRun(playbook, on: site).execute()
        #expect(recap.hosts.map(\.ok) == [3])
        #expect(transport.roundTrips.count == 3)
    }

    @Test func actionsAreNeverBatched() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { stat: { path: '\(root.path)' } }
                - { command: touch \(root.path)/x }
                - { shell: touch \(root.path)/y }
                - { stat: { path: '\(root.path)/y' } }
            """
        ).run()
        let shells = run.transport.roundTrips.map { $0.fragments.map(\.shell.text) }
        #expect(shells.count == 4)
        #expect(shells.map { $0.contains { $0.contains("touch") } } == [false, true, true, false])
        #expect(shells[1].count == 1 && shells[2].count == 1)
    }
}

/// Looks at a path as if it were another host's.
private struct ElsewhereModule: Convergent {
    static let spec = ModuleSpec(
        "test.elsewhere", summary: "Looks elsewhere.", arguments: [ArgumentSpec("path", required: true)])

    private let path: String

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        path = try arguments.requiredString("path")
    }

    var looksElsewhere: Bool { true }
    var probes: [any Probe] { [FileProbe(path)] }
    func converge(_ findings: Findings) throws -> Convergence { Convergence([]) }
}
