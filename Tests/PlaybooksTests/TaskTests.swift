import Playbooks
import Testing
import YAML

/// What a single task's keywords do.
@Suite struct TaskTests {
    private func run(_ tasks: String, check: Bool = false, rest: String = "") async throws -> TestRun {
        var project = Project("- hosts: all\n  tasks:\n" + tasks + rest)
        project.options.check = check
        return try await project.run()
    }

    @Test func conditionsMustBeBooleans() async throws {
        let run = try await run(
            """
                - name: A string
                  debug: { msg: x }
                  when: "'text'"
                  ignore_errors: true
                - name: Undefined
                  debug: { msg: x }
                  when: ansible_nowhere
                  ignore_errors: true
            """)
        #expect(run.status("A string") == .ignored)
        #expect(run.status("Undefined") == .ignored)
        #expect(run.count().ignored == 2)
        #expect(run.count().failed == 0)
    }

    @Test func aConditionGuardsTheLoop() async throws {
        let run = try await run(
            """
                - debug: { msg: x }
                  loop: "{{ ansible_nowhere }}"
                  when: ansible_nowhere is defined
            """)
        #expect(run.count().skipped == 1)
    }

    @Test func variablesThatDefineThemselvesAreAnError() async throws {
        let run = try await run(
            """
                - name: Round
                  debug: { msg: "{{ a }}" }
                  vars: { a: "{{ b }}", b: "{{ a }}" }
            """)
        #expect(run.message("Round")?.contains("defined by itself: a → b → a") == true)
    }

    @Test func noLogHidesEverything() async throws {
        let run = try await run(
            """
                - name: Hidden
                  command: sh -c 'echo {{ item }}; exit 1'
                  loop: [geheim]
                  no_log: true
                  ignore_errors: true
                - name: Hidden too
                  set_fact: { a: "{{ 'geheim' + ansible_nowhere }}" }
                  no_log: true
            """)
        #expect(run.reports.count == 2)
        #expect(!run.reports.contains { "\($0)".contains("geheim") })
    }

    @Test func checkModeChangesNothingAndDefersWhatHangsOnIt() async throws {
        let root = try Scratch()
        let run = try await run(
            """
                - name: File
                  copy: { dest: "\(root.path)/a", content: x }
                - name: Command
                  command: cat \(root.path)/a
                  register: text
                - name: Real
                  command: touch \(root.path)/real
                  check_mode: false
                - name: Uncertain
                  assert: { that: text.stdout == 'x' }
            """, check: true)
        #expect(!root.exists("a"))
        #expect(root.exists("real"))
        #expect(run.status("File") == .changed)
        #expect(run.status("Command") == .skipped)
        #expect(run.status("Uncertain") == .deferred)
        #expect(run.count().failed == 0)
    }

    @Test func aTaskInCheckModeOnlyTells() async throws {
        let root = try Scratch()
        let run = try await run(
            """
                - name: File
                  copy: { dest: "\(root.path)/a", content: x }
                  check_mode: true
            """)
        #expect(run.status("File") == .changed)
        #expect(!root.exists("a"))
    }

    @Test func aHandlerThatIsNotThereFailsTheTask() async throws {
        let run = try await run(
            """
                - name: Notify
                  command: "true"
                  notify: "{{ 'no' + 'body' }}"
            """)
        #expect(run.message("Notify")?.contains("there is no handler 'nobody' in this play") == true)
    }

    @Test func handlersAreLostOnFailureUnlessForced() async throws {
        let rest = "\n  handlers:\n    - name: Say\n      debug: { msg: said }\n"
        let tasks = "    - command: 'true'\n      notify: Say\n    - fail: { msg: no }"
        #expect(try await run(tasks, rest: rest).said() == [])
        #expect(try await run(tasks, rest: rest + "  force_handlers: true\n").said() == ["said"])
    }

    @Test func variablesFilesAreEachHostsOwn() async throws {
        let run = try await Project(
            """
            - hosts: all
              vars_files: ["vars/{{ inventory_hostname }}.yml"]
              tasks:
                - command: "true"
                  run_once: true
                - debug: { msg: "{{ mine }}" }
            """, hosts: ["one", "two"], files: ["vars/one.yml": "mine: 1st", "vars/two.yml": "mine: 2nd"]
        ).run()
        #expect(run.said("one") == ["1st"])
        #expect(run.said("two") == ["2nd"])
    }

    @Test func whatIsCacheableIsAFactToo() async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - set_fact: { colour: red, ansible_shade: dark, cacheable: true }
                - set_fact: { colour: blue }
                - debug: { msg: "{{ ansible_facts.colour }} {{ ansible_facts.shade }} {{ colour }} {{ ansible_shade }}" }
            - hosts: all
              tasks:
                - debug: { msg: "{{ ansible_facts.colour }} {{ ansible_facts.kernel is defined }}" }
            """
        ).run()
        #expect(run.said() == ["red dark blue dark", "red True"])
    }

    @Test func whatIsCacheableIsAFactOnAllHostsWhenOneActsForAll() async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - set_fact: { colour: red, cacheable: true }
                  run_once: true
                - debug: { msg: "{{ ansible_facts.colour }}" }
            """, hosts: ["one", "two"]
        ).run()
        #expect(run.said("two") == ["red"])
    }

    @Test func selectsByTags() {
        func selected(_ tags: Set<String>, _ skip: Set<String> = []) -> [String] {
            var options = RunOptions()
            options.tags = tags
            options.skipTags = skip
            let tasks: [String: [String]] = [
                "plain": [], "a": ["a"], "always": ["always"], "never": ["never"], "never a": ["never", "a"],
            ]
            return tasks.filter { options.selects(tags: $0.value) }.keys.sorted()
        }
        #expect(selected([]) == ["a", "always", "plain"])
        #expect(selected(["a"]) == ["a", "always", "never a"])
        #expect(selected(["tagged"]) == ["a", "always"])
        #expect(selected(["untagged"]) == ["always", "plain"])
        #expect(selected(["never"]) == ["always", "never", "never a"])
        #expect(selected([], ["a"]) == ["always", "plain"])
        #expect(selected([], ["always"]) == ["a", "plain"])
        #expect(selected([], ["tagged"]) == ["plain"])
        #expect(selected([], ["untagged"]) == ["a", "always"])
        #expect(selected(["all"], ["all"]) == ["always"])
    }
}
