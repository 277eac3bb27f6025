import Playbooks
import Testing

@Suite struct RunTests {
    @Test(arguments: [true, false]) func aVariablesFileMaySayHowAHostIsReached(gathers: Bool) async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: \(gathers)
              vars_files: [way.yml]
              tasks: [{ command: 'true' }]
            """, hosts: ["down1"], files: ["way.yml": "ansible_host: 192.0.2.7\n"]
        ).run()
        #expect(run.count("down1").unreachable?.contains("192.0.2.7") == true)
    }

    @Test func rescueSeesWhatFailed() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - block:
                    - name: Break
                      command: sh -c 'exit 3'
                    - debug: { msg: not reached }
                  rescue:
                    - debug: { msg: "{{ ansible_failed_task.name }} {{ ansible_failed_result.rc }}" }
                  always:
                    - debug: { msg: always }
                - debug: { msg: after }
            """
        ).run()
        #expect(run.said() == ["Break 3", "always", "after"])
        #expect(run.count().rescued == 1)
        #expect(run.count().failed == 0)
    }

    @Test func alwaysRunsWhenNothingRescues() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - block:
                    - fail: { msg: no }
                  always:
                    - debug: { msg: always }
                - debug: { msg: not reached }
            """
        ).run()
        #expect(run.said() == ["always"])
        #expect(run.count().failed == 1)
    }

    @Test func handlersRunOnceInTheOrderOfTheirDefinition() async throws {
        let run = try await Project(
            """
            - hosts: all
              vars: { service: web }
              pre_tasks:
                - command: "true"
                  notify: early
              tasks:
                - command: "true"
                  notify: [second, first]
                - command: "true"
                  notify: topic
                - command: "true"
                  loop: [web]
                  notify: "restart {{ item }}"
                - debug: { msg: tasks are done }
              handlers:
                - name: first
                  debug: { msg: first }
                - name: second
                  debug: { msg: second }
                  listen: topic
                - name: early
                  debug: { msg: early }
                - name: "restart {{ service }}"
                  debug: { msg: restart }
                - name: never
                  debug: { msg: never }
            """
        ).run()
        #expect(run.said() == ["early", "tasks are done", "first", "second", "restart"])
    }

    @Test func aLoopSeesWhatItsItemsBeforeHaveSet() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - set_fact: { all_of_them: "{{ all_of_them | default([]) + [item] }}" }
                  loop: [a, b]
                - debug: { msg: "{{ all_of_them | join('+') }}" }
            """
        ).run()
        #expect(run.said().last == "a+b")
    }

    @Test func oneActsForAll() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - name: Act
                  command: echo {{ inventory_hostname }}
                  run_once: true
                  register: answer
                - debug: { msg: "{{ answer.stdout }}" }
            """, hosts: ["one", "two", "three"]
        ).run()
        #expect(run.ran("Act") == ["one"])
        #expect(["one", "two", "three"].map { run.said($0) } == [["one"], ["one"], ["one"]])
    }

    @Test func aLoneForkMeetsTheOthers() async throws {
        var project = Project(
            """
            - hosts: all
              any_errors_fatal: true
              tasks:
                - command: "true"
                  run_once: true
                - debug: { msg: done }
            """, hosts: ["one", "two", "three"])
        project.options.forks = 1
        let run = try await project.run()
        #expect(run.said("three") == ["done"])
    }

    @Test func aRolesSpecificationIsCheckedBeforeItsTasks() async throws {
        let files = [
            "roles/web/tasks/main.yml": "- debug: { msg: 'port {{ port }}' }\n",
            "roles/web/meta/argument_specs.yml": """
            argument_specs:
              main:
                options:
                  port: { type: int, required: true }
                  mode: { choices: [slow, quick] }
            """,
        ]
        let good = try await Project(
            "- hosts: all\n  roles: [{ role: web, vars: { port: '{{ 40 * 2 }}' } }]\n", files: files
        ).run()
        #expect(good.said() == ["The arg spec validation passed", "port 80"] || good.said() == ["port 80"])
        #expect(good.status("web : Validating arguments against arg spec 'main'") == .ok)
        let bad = try await Project(
            "- hosts: all\n  roles: [{ role: web, vars: { port: '{{ \"many\" }}', mode: '{{ \"fast\" }}' } }]\n",
            files: files
        ).run()
        let message = try #require(bad.message("web : Validating arguments against arg spec 'main'"))
        #expect(message.contains("'port' must be of type int, found 'many'"))
        #expect(message.contains("'mode': 'fast' is not one of slow, quick"))
        #expect(bad.said().isEmpty)
    }
}
