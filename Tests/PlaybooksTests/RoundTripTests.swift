import Foundation
import Playbooks
import Testing

@Suite struct RoundTripTests {
    /// Three plays of ten directories each.
    private func project(in root: Scratch) -> Project {
        let tasks = { (play: Int) in
            (0..<10).map { "    - file: { path: '\(root.path)/\(play).\($0)', state: directory, mode: '0755' }\n" }
                .joined()
        }
        return Project((0..<3).map { "- hosts: all\n  tasks:\n\(tasks($0))" }.joined())
    }

    @Test func aPlayThatChangesNothingCostsOneRoundTrip() async throws {
        let root = try Scratch()
        let project = project(in: root)
        let first = try await project.run()
        #expect(first.count().changed == 30)
        let second = try await project.run()
        #expect(second.count().changed == 0)
        #expect(second.count().ok == 30)
        #expect(second.roundTrips() == 1)
    }

    @Test(arguments: [true, false])
    func theFirstLookIsMadeWhileTheShellStarts(gathersFacts: Bool) async throws {
        let root = try Scratch()
        let project = Project(
            """
            - hosts: all
              gather_facts: \(gathersFacts)
              tasks:
                - file: { path: "\(root.path)/a", state: directory }
                - copy: { dest: "\(root.path)/a/b", content: same }
                - file: { path: "\(root.path)/c", state: directory }
                  loop: [1, 2]
            """)
        #expect(try await project.run().count().changed == 3)
        let again = try await project.run()
        #expect(again.count().changed == 0)
        #expect(again.transport.roundTrips.map(\.isGreeting) == [true])
    }

    /// What a task looks at hangs on a fact: before it is known it can't be told, or is told wrongly.
    @Test func aLookThatHangsOnFactsIsMadeWhenTheyAreKnown() async throws {
        let root = try Scratch()
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - file: { path: "\(root.path)/{{ ansible_facts.system }}", state: directory }
                - file: { path: "\(root.path)/{{ ansible_system | default('none') }}.d", state: directory }
                - file: { path: "\(root.path)/not", state: directory }
                  when: ansible_system is not defined
            """
        ).run()
        #expect(run.count().changed == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() == ["Linux", "Linux.d"])
    }

    /// Both hosts are this machine, as two may share a disk: the second has looked before the first has acted.
    @Test func whatOneHostDidForAllIsSeenByAll() async throws {
        let root = try Scratch()
        let project = Project(
            """
            - hosts: all
              tasks:
                - file: { path: "\(root.path)/shared", state: directory }
                  run_once: true
                - copy: { dest: "\(root.path)/shared/{{ inventory_hostname }}", content: x }
            """, hosts: ["one", "two"])
        let run = try await project.run()
        #expect(run.count("two").failed == 0)
        #expect(run.count("two").changed == 1)
        #expect(try await project.run().transport.roundTrips.map(\.isGreeting) == [true, true])
    }

    @Test func changesCostOneRoundTripEach() async throws {
        let root = try Scratch()
        let run = try await project(in: root).run()
        #expect(run.roundTrips() == 31)
    }

    @Test func handlersAreLookedAtWithTheChangeThatNotifiesThem() async throws {
        let root = try Scratch()
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - copy: { dest: "\(root.path)/a", content: x }
                  notify: Make a folder
                - copy: { dest: "\(root.path)/b", content: x }
              handlers:
                - name: Make a folder
                  file: { path: "\(root.path)/c", state: directory }
            - hosts: all
              tasks:
                - file: { path: "\(root.path)/d", state: directory }
            """
        ).run()
        #expect(run.count().changed == 4)
        #expect(run.roundTrips() == 5)
    }

    @Test func aCommandMakesWhatWasSeenStale() async throws {
        let root = try Scratch()
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - stat: { path: "\(root.path)/a" }
                  register: before
                - command: touch \(root.path)/a
                - stat: { path: "\(root.path)/a" }
                  register: after
                - debug: { msg: "{{ before.stat.exists }} {{ after.stat.exists }}" }
            """
        ).run()
        #expect(run.said() == ["False True"])
    }

    @Test func aDelegatedChangeMakesWhatWasSeenStale() async throws {
        let root = try Scratch()
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - stat: { path: "\(root.path)/a" }
                  register: before
            - hosts: two
              tasks:
                - copy: { dest: "\(root.path)/a", content: x }
                  delegate_to: one
            - hosts: one
              tasks:
                - stat: { path: "\(root.path)/a" }
                  register: after
                - debug: { msg: "{{ before.stat.exists }} {{ after.stat.exists }}" }
            """, hosts: ["one", "two"]
        ).run()
        #expect(run.said() == ["False True"])
        #expect(run.recap.hosts.map(\.changed) == [0, 1])
    }
}
