import Diagnostics
import OrderedCollections
import Playbooks
import Testing
import YAML

/// One host fails for all of them: who goes to the rescue, what is done always, and who is left out.
@Suite(.timeLimit(.minutes(10))) struct FatalFailureTests {
    @Test func anyErrorIsFatalForAll() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              any_errors_fatal: true
              tasks:
                - name: Break
                  fail: { msg: broken }
                  when: inventory_hostname == 'three'
                - name: Never
                  debug: { msg: never }
            - hosts: all
              tasks:
                - name: Never
                  debug: { msg: never }
            """)
        #expect(run.ran("Never").isEmpty)
        #expect(run.recap.hosts.map(\.failed) == [0, 0, 1, 0])
    }

    @Test(arguments: ["any_errors_fatal: true", "max_fail_percentage: 0"])
    func handlersThatAreForcedRunOnEveryHostAfterAFatalError(_ keyword: String) async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              \(keyword)
              force_handlers: true
              tasks:
                - debug: { msg: x }
                  changed_when: true
                  notify: Handler
                - fail: { msg: broken }
                  when: inventory_hostname == 'three'
                - name: Never
                  debug: { msg: never }
              handlers:
                - name: Handler
                  debug: { msg: x }
            """)
        #expect(Set(run.ran("Handler")) == ["one", "two", "three", "four"])
        #expect(run.ran("Never").isEmpty)
    }

    @Test func aFatalErrorTakesEveryHostToTheRescue() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              any_errors_fatal: true
              tasks:
                - block:
                    - fail: { msg: broken }
                      when: inventory_hostname == 'three'
                    - name: Inside
                      debug: { msg: x }
                  rescue:
                    - name: Rescue
                      debug: { msg: x }
                - name: After
                  debug: { msg: x }
            """)
        #expect(Set(run.ran("Rescue")) == ["one", "two", "three", "four"])
        #expect(run.ran("Inside").isEmpty)
        #expect(run.ran("After").count == 4)
    }

    @Test func oneTaskMayBeFatalForAll() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - fail: { msg: broken }
                  when: inventory_hostname == 'one'
                - fail: { msg: broken }
                  when: inventory_hostname == 'two'
                  any_errors_fatal: true
                - name: Never
                  debug: { msg: x }
            """)
        #expect(run.ran("Never").isEmpty)
    }

    @Test func whoActsForAllFailsForAll() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - block:
                    - fail: { msg: broken }
                      run_once: true
                  rescue:
                    - debug: { msg: "{{ ansible_failed_result.msg }}" }
            - hosts: all
              tasks:
                - command: "false"
                  run_once: true
                - name: Never
                  debug: { msg: x }
            """)
        #expect(Project.four.allSatisfy { run.said($0) == ["broken"] })
        #expect(run.recap.hosts.map(\.failed) == [1, 0, 0, 0])
        #expect(run.ran("Never").isEmpty)
    }

    @Test(arguments: ["any_errors_fatal: true", "max_fail_percentage: 10"], [false, true])
    func whatIsAlwaysDoneIsDoneAfterAFatalFailureToo(threshold: String, isLast: Bool) async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              \(threshold)
              tasks:
                - block:
                    - block:
                        - fail: { msg: broken }
                          when: inventory_hostname == 'two'
                        \(isLast ? "" : "- debug: { msg: never }")
                      always:
                        - name: Inner
                          command: "true"
                        - name: Inner once
                          debug: { msg: x }
                          run_once: true
                  always:
                    - name: Outer
                      include_tasks: outer.yml
                - name: Never
                  debug: { msg: x }
            - hosts: all
              tasks:
                - name: Never
                  debug: { msg: x }
            """, files: ["outer.yml": "[{ name: Outer 1, command: 'true' }, { name: Outer 2, command: 'true' }]"])
        #expect(run.ran("debug").isEmpty)
        for task in ["Inner", "Outer 1", "Outer 2"] { #expect(Set(run.ran(task)) == Set(Project.four)) }
        #expect(run.ran("Never").isEmpty)
        #expect(run.recap.hosts.map(\.failed) == [0, 1, 0, 0])
    }

    @Test func aFatalFailureInTheRescueLeavesOutNothingThatIsAlwaysDone() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              gather_facts: false
              any_errors_fatal: true
              tasks:
                - block:
                    - fail: { msg: broken }
                      when: inventory_hostname == 'two'
                  rescue:
                    - name: Rescue
                      fail: { msg: broken too }
                      when: inventory_hostname == 'two'
                    - name: Never
                      debug: { msg: x }
                  always:
                    - name: Always
                      debug: { msg: x }
            """)
        #expect(run.ran("Never").isEmpty)
        #expect(Set(run.ran("Always")) == Set(Project.four))
    }

    @Test(arguments: ["any_errors_fatal: true", "max_fail_percentage: 10"])
    func aHandlerThatFailsInsideABlockIsRescuedToo(threshold: String) async throws {
        let isFatal = threshold.hasPrefix("any")
        let run = try await Project.runOnFour(
            """
            - hosts: all
              \(threshold)
              tasks:
                - block:
                    - command: "true"
                      notify: Break
                      when: inventory_hostname in ['two', 'three']
                    - command: "true"
                      notify: Later
                      when: inventory_hostname != 'two'
                    - meta: flush_handlers
                    - name: Inside
                      debug: { msg: x }
                  rescue:
                    - name: Rescue
                      debug: { msg: "{{ ansible_failed_task.name }}" }
                - name: After
                  debug: { msg: x }
              handlers:
                - name: Break
                  fail: { msg: broken }
                  when: inventory_hostname == 'two'
                - name: Later
                  debug: { msg: x }
            - hosts: all
              tasks:
                - name: Next
                  debug: { msg: x }
            """)
        #expect(Set(run.ran("Rescue")) == (isFatal ? Set(Project.four) : ["two"]))
        #expect(run.said("two").first == "Break")
        #expect(Set(run.ran("Inside")) == (isFatal ? [] : ["one", "three", "four"]))
        #expect(Set(run.ran("Later")) == ["one", "three", "four"])
        #expect(Set(run.ran("After")) == Set(Project.four))
        #expect(Set(run.ran("Next")) == Set(Project.four))
        #expect(!run.recap.failed)
    }
}
