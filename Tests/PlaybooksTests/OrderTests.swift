import Foundation
import Modules
import OrderedCollections
import Playbooks
import Testing

/// What keeps a run right although hosts go their own ways: who waits for whom.
@Suite(.timeLimit(.minutes(10))) struct OrderTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    /// `host: task` of everything that began (`>`) and ended (`<`), in its order.
    private func story(_ run: TestRun) -> [String] {
        run.recorder.all.compactMap { event in
            switch event {
            case .taskStarted(let host, let task): "> \(host): \(task.name)"
            case .taskFinished(let report): "< \(report.host): \(report.task.name)"
            default: nil
            }
        }
    }

    /// Whether one came before the other; both did come.
    private func came(_ first: String, before second: String, in run: TestRun) throws -> Bool {
        let story = story(run)
        return try #require(story.firstIndex(of: first), "\(story)")
            < (try #require(story.firstIndex(of: second), "\(story)"))
    }

    @Test func aPlayBeginsWhenTheOneBeforeHasEndedOnAllHosts() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - { name: Slow, command: sleep 0.5, when: inventory_hostname == 'one' }
            - hosts: two
              tasks:
                - { name: Next play, file: { path: '\(root.path)/next', state: directory } }
            """, hosts: ["one", "two"]
        ).run()
        #expect(try came("< one: Slow", before: "> two: Next play", in: run))
    }

    @Test func hostsOfAPlayDoNotWaitForEachOther() async throws {
        let go = "\(root.path)/go"
        let recorder = Recorder { event in
            guard case .taskFinished(let report) = event, report.host == "two", report.task.name == "Second" else {
                return
            }
            _ = FileManager.default.createFile(atPath: go, contents: nil)
        }
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - name: First
                  shell: "while [ ! -e \(go) ] && [ $((n += 1)) -lt 1200 ]; do sleep 0.05; done"
                  when: inventory_hostname == 'one'
                - { name: Second, debug: { msg: x } }
            """, hosts: ["one", "two"]
        ).run(recorder: recorder)
        #expect(try came("< two: Second", before: "< one: First", in: run))
    }

    @Test(arguments: ["strategy: linear", "any_errors_fatal: true", "max_fail_percentage: 50"])
    func whereItIsAskedForHostsGoStepByStep(keyword: String) async throws {
        let run = try await Project(
            """
            - hosts: all
              \(keyword)
              tasks:
                - { name: First, command: sleep 0.5, when: inventory_hostname == 'one' }
                - { name: Second, command: 'true' }
            """, hosts: ["one", "two"]
        ).run()
        #expect(try came("< one: First", before: "> two: Second", in: run))
    }

    @Test func aBatchBeginsWhenTheOneBeforeHasEnded() async throws {
        let run = try await Project(
            """
            - hosts: all
              serial: 1
              tasks:
                - { name: First, command: 'true' }
                - { name: Last, command: sleep 0.2 }
            """, hosts: ["one", "two", "three"]
        ).run()
        #expect(try came("< one: Last", before: "> two: First", in: run))
        #expect(try came("< two: Last", before: "> three: First", in: run))
    }

    /// Each of them reads the file and writes it with one line more.
    @Test func changesThatAreDelegatedToOneHostQueueThere() async throws {
        let hosts = (1...6).map { "h\($0)" }
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - lineinfile: { path: '\(root.path)/members', line: '{{ inventory_hostname }}', create: true, mode: '0644' }
                  delegate_to: h1
            """, hosts: hosts
        ).run()
        #expect(run.recap.hosts.map(\.changed) == hosts.map { _ in 1 })
        #expect(root.read("members")?.split(separator: "\n").map(String.init).sorted() == hosts)
    }

    @Test func aHostThatWasEndedIsNoPlayHostAnyMoreUntilTheNextPlay() async throws {
        let run = try await Project(
            """
            - hosts: all
              strategy: linear
              tasks:
                - { meta: end_host, when: inventory_hostname == 'two' }
                - { debug: { msg: '{{ ansible_play_hosts | join(",") }}' } }
                - { debug: { msg: '{{ ansible_play_batch | join(",") }} {{ ansible_play_hosts_all | length }}' } }
            - hosts: all
              tasks:
                - { debug: { msg: '{{ ansible_play_hosts | join(",") }}' } }
            """, hosts: ["one", "two", "three"]
        ).run()
        #expect(run.said() == ["one,three", "one,three 3", "one,two,three"])
        #expect(run.said("two") == ["one,two,three"])
    }
}
