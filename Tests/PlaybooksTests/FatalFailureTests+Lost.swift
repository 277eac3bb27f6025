import OrderedCollections
import Playbooks
import Testing
import YAML

/// The failure that is fatal for all is the loss of a host.
extension FatalFailureTests {
    /// `down1` is connected to at its first task, so it is lost there.
    @Test func whoIsLostWhileActingForAllFailsForAll() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - block:
                    - name: For all
                      command: "true"
                      run_once: true
                    - name: Inside
                      debug: { msg: never }
                  rescue:
                    - debug: { msg: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}" }
                  always:
                    - name: Always
                      debug: { msg: x }
            - hosts: all
              gather_facts: false
              tasks:
                - block:
                    - name: For the rest
                      command: "true"
                - name: After
                  debug: { msg: x }
            """, hosts: ["down1", "one", "two"])
        #expect(run.said("two").first?.hasPrefix("For all: down1: cannot connect") == true)
        #expect(run.ran("Inside").isEmpty)
        #expect(Set(run.ran("Always")) == ["one", "two"])
        #expect(Set(run.ran("After")) == ["one", "two"])
        #expect(run.recap.hosts.map(\.failed) == [0, 0, 0])
        #expect(run.count("down1").unreachable != nil)
    }

    @Test func withoutARescueNobodyGoesOnAfterSuchALoss() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - block:
                    - command: "true"
                      run_once: true
                  always:
                    - name: Always
                      debug: { msg: x }
                - name: Never
                  debug: { msg: x }
            - hosts: all
              gather_facts: false
              tasks:
                - name: Never
                  debug: { msg: x }
            """, hosts: ["down1", "one", "two"])
        #expect(Set(run.ran("Always")) == ["one", "two"])
        #expect(run.ran("Never").isEmpty)
    }

    @Test(arguments: ["play", "block", "task"]) func aFatalLossTakesTheOthersToTheRescue(level: String) async throws {
        func fatal(_ here: String) -> String { "any_errors_fatal: \(level == here)" }
        let run = try await Project.runOnFour(
            """
            - hosts: all
              gather_facts: false
              \(level == "play" ? fatal("play") : "strategy: linear")
              tasks:
                - \(level == "block" ? fatal("block") : "name: Guarded")
                  block:
                    - name: Loses
                      command: "true"
                      \(level == "task" ? fatal("task") : "when: true")
                    - name: Inside
                      debug: { msg: never }
                  rescue:
                    - name: Rescue
                      debug: { msg: "{{ ansible_failed_task.name }} {{ ansible_failed_result.unreachable }}" }
                  always:
                    - name: Always
                      debug: { msg: x }
                - name: After
                  debug: { msg: x }
            """, hosts: ["one", "down1", "two"])
        #expect(run.ran("Inside").isEmpty)
        #expect(Set(run.ran("Rescue")) == ["one", "two"])
        #expect(run.said("two").first == "Loses True")
        #expect(Set(run.ran("Always")) == ["one", "two"])
        #expect(Set(run.ran("After")) == ["one", "two"])
        #expect(run.recap.hosts.map(\.failed) == [0, 0, 0])
    }
}
