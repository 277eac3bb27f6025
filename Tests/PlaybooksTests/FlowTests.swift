import Diagnostics
import OrderedCollections
import Playbooks
import Testing
import YAML

/// Several hosts: who goes on, who stops, who waits.
@Suite(.timeLimit(.minutes(10))) struct FlowTests {
    @Test func aFailedHostLeavesTheRunAndTheOthersGoOn() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - fail: { msg: broken }
                  when: inventory_hostname == 'two'
                - name: Goes on
                  debug: { msg: on }
            - hosts: all
              tasks:
                - name: Next
                  debug: { msg: "{{ ansible_play_hosts | join(',') }}" }
            """)
        #expect(Set(run.ran("Goes on")) == ["one", "three", "four"])
        #expect(run.said("one").last == "one,three,four")
        #expect(run.count("two").failed == 1)
        #expect(run.recap.failed)
    }

    @Test func aHostThatCannotBeReachedHidesNobody() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - name: Goes on
                  command: "true"
            - hosts: down1
              tasks:
                - debug: { msg: never }
            """, hosts: ["one", "down1"])
        #expect(run.ran("Goes on") == ["one"])
        #expect(run.count("down1").unreachable?.contains("no route to host") == true)
        #expect(run.count("down1").failed == 0)
    }

    @Test func takesHostsInTheOrderThatThePlayAsksFor() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              order: reverse_inventory
              serial: 1
              tasks:
                - name: Back
                  command: "true"
            - hosts: all
              order: sorted
              serial: 1
              tasks:
                - name: Sorted
                  command: "true"
            """)
        #expect(run.ran("Back") == ["four", "three", "two", "one"])
        #expect(run.ran("Sorted") == ["four", "one", "three", "two"])
    }

    /// `ansible_play_hosts_all[0]` is a way to name one host for all: it must not change with the order.
    @Test func listsThePlaysHostsInTheInventorysOrder() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              order: reverse_inventory
              tasks:
                - debug: { msg: "{{ ansible_play_hosts | join(' ') }}/{{ ansible_play_hosts_all | first }}/{{ ansible_play_batch | join(' ') }}" }
            """)
        #expect(run.said("one") == ["one two three four/one/one two three four"])
    }

    @Test func readsTheBatchesFromAVariable() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              vars:
                batches: [1, "50%"]
              serial: "{{ batches }}"
              tasks:
                - name: Batch
                  debug: { msg: "{{ ansible_play_batch | join(' ') }}" }
            """)
        #expect(run.said("one") == ["one"])
        #expect(run.said("two") == ["two three"])
        #expect(run.said("four") == ["four"])
    }

    @Test func refusesBatchesThatAreNone() async throws {
        await #expect(throws: Problem.self) {
            try await Project.runOnFour(
                """
                - hosts: all
                  vars:
                    batches: few
                  serial: "{{ batches }}"
                  tasks:
                    - debug: { msg: never }
                """)
        }
    }

    @Test func batchesThatAreNoneInALaterPlayFailItsHostsOnly() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - name: First
                  command: "true"
                - set_fact: { batches: few }
            - hosts: one:two
              serial: "{{ batches }}"
              tasks:
                - debug: { msg: never }
            """)
        #expect(Set(run.ran("First")) == Set(Project.four))
        #expect(run.recap.hosts.map(\.failed) == [1, 1, 0, 0])
        #expect(run.message("Read the play", "two")?.contains("serial: expected a number of hosts") == true)
        #expect(run.ran("debug").isEmpty)
    }

    @Test func goesOnWithoutALostHostWhereThatIsWanted() async throws {
        var options = RunOptions()
        options.skipsUnreachable = true
        let playbook = """
            - hosts: all
              any_errors_fatal: true
              serial: 1
              tasks:
                - name: Goes on
                  command: "true"
            """
        let run = try await Project.runOnFour(playbook, hosts: ["down1", "one"], options: options)
        #expect(run.ran("Goes on") == ["one"])
        #expect(run.recap.unreachable)
        #expect(try await Project.runOnFour(playbook, hosts: ["down1", "one"]).ran("Goes on").isEmpty)
    }

    @Test func aTaskMaySayThatItsErrorsAreFatalForNobodyElse() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              any_errors_fatal: true
              tasks:
                - fail: { msg: broken }
                  when: inventory_hostname == 'one'
                  any_errors_fatal: false
                - name: Goes on
                  debug: { msg: x }
                - fail: { msg: broken }
                  when: inventory_hostname == 'two'
                - name: Never
                  debug: { msg: x }
            """)
        #expect(run.ran("Goes on").sorted() == ["four", "three", "two"])
        #expect(run.ran("Never").isEmpty)
    }

    @Test(arguments: [(25, 3), (24, 0)]) func thresholdsMustBeExceeded(share: Int, going: Int) async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              max_fail_percentage: \(share)
              tasks:
                - fail: { msg: broken }
                  when: inventory_hostname == 'one'
                - name: Goes on
                  debug: { msg: x }
            """)
        #expect(run.ran("Goes on").count == going)
    }

    @Test func serialTakesBatchesAndStopsAfterOneThatFailedWhole() async throws {
        let playbook = """
            - hosts: all
              serial: [1, 50%]
              strategy: linear
              tasks:
                - name: Goes on
                  debug: { msg: "{{ ansible_play_batch | join(',') }}" }
                - fail: { msg: broken }
                  when: inventory_hostname == broken
            """
        let one = try await Project(playbook, hosts: Project.four).with(["broken": "one"]).run()
        #expect(one.ran("Goes on") == ["one"])
        let two = try await Project(playbook, hosts: Project.four).with(["broken": "two"]).run()
        #expect(two.said("three") == ["two,three"])
        #expect(two.said("four") == ["four"])
    }

    @Test func onlyTheHostsThatCameThereMeet() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              tasks:
                - block:
                    - fail: { msg: broken }
                      when: inventory_hostname in ['two', 'three']
                  rescue:
                    - name: Rescue once
                      command: echo {{ inventory_hostname }}
                      run_once: true
                      register: rescued
                    - debug: { msg: "{{ rescued.stdout }}" }
                - command: "true"
                  notify: Once
                  when: inventory_hostname in ['three', 'four']
              handlers:
                - name: Once
                  command: "true"
                  run_once: true
            """)
        #expect(run.ran("Rescue once") == ["two"])
        #expect(run.said("three") == ["two"])
        #expect(run.ran("Once") == ["three"])
    }

    @Test func endingAPlayEndsItForAllAndTheNextOneRuns() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: all
              serial: 2
              tasks:
                - meta: end_batch
                  when: inventory_hostname == 'one'
                - name: Second batch
                  debug: { msg: x }
            - hosts: all
              serial: 2
              tasks:
                - meta: end_play
                - name: Never
                  debug: { msg: x }
            - hosts: all
              tasks:
                - meta: end_host
                  when: inventory_hostname != 'two'
                - name: Two
                  debug: { msg: x }
            """)
        #expect(run.ran("Second batch") == ["three", "four"])
        #expect(run.ran("Never").isEmpty)
        #expect(run.ran("Two") == ["two"])
        #expect(!run.recap.failed)
    }

    @Test func limitsAndStartsWhereItIsTold() async throws {
        var options = RunOptions()
        options.limit = "two:three"
        options.startAtTask = "Third"
        let playbook = """
            - hosts: all
              serial: 1
              pre_tasks: [{ name: First, debug: { msg: x } }]
              tasks: [{ name: Second, debug: { msg: x } }, { name: Third, debug: { msg: x } }]
              post_tasks: [{ name: Fourth, debug: { msg: x } }]
            - hosts: one
              tasks: [{ name: Fifth, debug: { msg: x } }]
            """
        let run = try await Project.runOnFour(playbook, options: options)
        #expect(run.lines == ["two: Third ok", "two: Fourth ok", "three: Third ok", "three: Fourth ok"])
        options.startAtTask = "Thrid"
        await #expect(throws: (any Error).self) { try await Project.runOnFour(playbook, options: options) }
    }

    @Test func aCancelledRunStillTellsItsCounts() async throws {
        let project = Project(
            """
            - hosts: all
              tasks:
                - command: "true"
                - command: "false"
                  until: false
                  retries: 100
                  delay: 60
                - name: Never
                  command: "true"
            """, hosts: ["one", "two"])
        let task = Task { try await project.run() }
        try await Task.sleep(for: .seconds(2))
        task.cancel()
        let run = try await task.value
        #expect(run.ran("Never").isEmpty)
        #expect(run.recap.hosts.allSatisfy { $0.unreachable == nil })
    }
}
