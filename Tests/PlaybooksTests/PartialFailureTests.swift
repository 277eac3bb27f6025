import Playbooks
import Testing

/// What goes wrong in other tools when a part of the hosts fails.
@Suite(.timeLimit(.minutes(10))) struct PartialFailureTests {
    /// One dead host ended the run for all (deployphp/deployer#3172, #3671, capistrano/capistrano#1498).
    @Test func oneDeadHostEndsNobodyElsesRun() async throws {
        let play = "- hosts: all\n  tasks:\n    - { name: Work, command: 'true' }\n"
        let run = try await Project(play + play, hosts: ["one", "down1", "two"]).run()
        #expect(run.ran("Work").sorted() == ["one", "one", "two", "two"])
        #expect(run.recap.hosts.map(\.host) == ["one", "down1", "two"])
        #expect(run.recap.hosts.map { $0.unreachable != nil } == [false, true, false])
    }

    /// With batches a threshold of nothing let the next one begin (Fizzadar/pyinfra#1195, ansible/ansible#6781).
    @Test func aThresholdOfZeroKeepsTheNextBatchFromBeginning() async throws {
        let run = try await Project(
            """
            - hosts: all
              serial: 2
              max_fail_percentage: 0
              tasks:
                - { name: Work, command: 'true' }
                - { name: Break, command: 'false', when: inventory_hostname == 'two' }
                - { name: Last, command: 'true' }
            - hosts: all
              tasks:
                - { name: Next play, command: 'true' }
            """, hosts: ["one", "two", "three", "four"]
        ).run()
        #expect(run.ran("Work").sorted() == ["one", "two"])
        #expect(run.ran("Last").isEmpty)
        #expect(run.ran("Next play").isEmpty)
        #expect(run.recap.failed)
    }

    /// A threshold counts in its own batch, not over all hosts (ansible/ansible#7019, #5073).
    @Test func aThresholdIsOfTheBatchAndHasToBeExceeded() async throws {
        let run = try await Project(
            """
            - hosts: all
              serial: 2
              max_fail_percentage: 50
              tasks:
                - { name: Break, command: 'false', when: "inventory_hostname in ['one', 'three']" }
                - { name: Last, command: 'true' }
            """, hosts: ["one", "two", "three", "four"]
        ).run()
        #expect(run.ran("Last").sorted() == ["four", "two"])
    }

    /// As ansible-core's linear strategy counts: who is lost has not failed.
    @Test func whoIsLostDoesNotCountToAThreshold() async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              max_fail_percentage: 30
              tasks:
                - { name: First, command: 'true' }
                - { name: Break, command: 'false', when: inventory_hostname == 'two' }
                - { name: Last, command: 'true' }
            """, hosts: ["one", "down1", "two", "three"]
        ).run()
        #expect(run.ran("First").sorted() == ["one", "three", "two"])
        #expect(run.ran("Last").sorted() == ["one", "three"])
        #expect(run.recap.unreachable)
    }

    /// The list of those to be done again left out whom a failed batch had kept untouched (ansible/ansible#12735).
    @Test func whoWasNotTouchedBecauseABatchFailedIsInTheSummary() async throws {
        let run = try await Project(
            """
            - hosts: all
              serial: 1
              tasks:
                - command: 'false'
            """, hosts: ["one", "two", "three"]
        ).run()
        #expect(run.recap.hosts.map(\.host) == ["one", "two", "three"])
        #expect(run.recap.hosts.map(\.failed) == [1, 0, 0])
        #expect(run.recap.hosts.map(\.ok) == [0, 0, 0])
    }

    /// Hosts waited at a barrier for one that would never come (basecamp/kamal#1553, #1587).
    @Test func whoWaitsForAHostThatDropsOutGoesOn() async throws {
        let run = try await Project(
            """
            - hosts: all
              strategy: linear
              tasks:
                - { name: First, command: 'true' }
                - { name: Break, command: 'false', when: inventory_hostname == 'two' }
                - { name: For all, command: 'true', run_once: true }
                - { name: Ends, meta: end_host, when: inventory_hostname == 'one' }
                - { name: Last, command: 'true' }
            """, hosts: ["one", "two", "down1", "three"]
        ).run()
        #expect(run.ran("For all") == ["one"])
        #expect(run.ran("Last") == ["three"])
    }

    /// `run_once` is once for each batch, in Ansible too, so migrations ran twice (ansible/ansible#9861, #8543): the
    /// condition is once for all, and so is a play without batches, as our migrations have it.
    @Test func whatIsToRunOnceForAllBatchesDoesSo() async throws {
        let run = try await Project(
            """
            - hosts: all
              serial: 1
              tasks:
                - { name: In each batch, command: 'true', run_once: true }
                - name: Once
                  command: 'true'
                  when: inventory_hostname == ansible_play_hosts_all[0]
            """, hosts: ["one", "two", "three"]
        ).run()
        #expect(run.ran("In each batch") == ["one", "two", "three"])
        #expect(run.ran("Once") == ["one"])
    }

    /// Once for each item was a search through all that came before (ansible/ansible#86371).
    @Test func anIncludeInALoopCostsForEachItemWhatOneCosts() async throws {
        let root = try Scratch()
        func requests(_ count: Int) async throws -> Int {
            let items = (0..<count).map(String.init).joined(separator: ", ")
            let run = try await Project(
                "- hosts: all\n  tasks:\n    - { include_tasks: one.yml, loop: [\(items)] }\n",
                files: ["one.yml": "- stat: { path: '\(root.path)/{{ item }}' }\n- stat: { path: '\(root.path)' }\n"]
            ).run()
            #expect(run.reports.filter { $0.task.name.contains("stat") }.count == 2 * count)
            return run.transport.roundTrips.reduce(0) { $0 + $1.fragments.count }
        }
        let (few, many) = (try await requests(10), try await requests(40))
        #expect(many <= 4 * few, "\(few) fragments for 10 items, \(many) for 40")
    }

    /// Nobody could tell why a task was passed over (ansible/ansible#14075, #84676).
    @Test func whatCheckModePassesOverSaysWhy() async throws {
        var project = Project(
            """
            - hosts: all
              tasks:
                - { name: Act, command: 'true' }
                - { name: Not here, command: 'true', when: inventory_hostname == 'two' }
            """)
        project.options.check = true
        let run = try await project.run()
        #expect(run.message("Act") == "it always acts, so it is not run in check mode")
        #expect(run.message("Not here")?.contains("inventory_hostname == 'two'") == true)
    }
}
