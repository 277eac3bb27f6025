import Playbooks
import Remote
import Testing

/// What Ansible's check mode gets wrong: each test is named after what it prevents.
@Suite struct CheckModeTests {
    private func plan(_ tasks: String, rest: String = "", hosts: [String] = ["one"]) async throws -> ChangePlan {
        try await Project("- hosts: all\n  tasks:\n" + tasks + rest, hosts: hosts).plan().plan
    }

    @Test func aCommandThatIsNotRunBreaksNoLaterTask() async throws {
        let plan = try await plan(
            """
                - name: Look
                  command: cat /etc/hostname
                  register: text
                - name: Use
                  command: echo {{ text.stdout_lines[0].split('.')[7] }}
                - name: Decide
                  command: reboot
                  when: text.stdout == 'never'
            """)
        #expect(plan.lines == ["one: Look acts", "one: Use later after Look", "one: Decide later after Look"])
        #expect(!plan.recap.failed)
    }

    @Test func untilIsNotWaitedForInCheckMode() async throws {
        let plan = try await plan(
            """
                - name: Wait
                  command: "false"
                  register: answer
                  until: answer.stdout == 'never'
                  retries: 1000
                - name: Read
                  slurp: { src: /nowhere/at/all }
                  register: content
                  until: content is succeeded
                  retries: 1000
            """)
        #expect(plan.lines == ["one: Wait acts", "one: Read later after Wait"])
    }

    @Test func rescueIsNotNeededToBePlannedToBeAllowed() async throws {
        let project = Project(
            """
            - hosts: all
              tasks:
                - block:
                    - name: Try
                      command: "false"
                  rescue:
                    - name: Mend
                      command: "true"
            """)
        let saved = try await project.plan().saved
        let run = try await project.permitting(saved).run()
        #expect(run.status("Mend") == .changed)
        #expect(run.count().rescued == 1)
    }

    @Test func aTaskSetToRunInCheckModeIsKnown() async throws {
        let plan = try await plan(
            """
                - name: Look
                  command: echo yes
                  check_mode: false
                  register: answer
                - name: Use
                  command: echo {{ answer.stdout }}
                  when: answer.stdout == 'no'
            """)
        #expect(plan.lines.isEmpty)
    }

    @Test func whetherSomethingChangesIsKnownInCheckMode() async throws {
        let root = try Scratch()
        let plan = try await plan(
            """
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x }
                  register: written
                - name: Restart
                  command: "true"
                  when: written is changed
                - name: Never
                  command: "true"
                  when: not written.changed
            """)
        #expect(plan.lines == ["one: Write changes", "one: Restart acts"])
    }

    @Test func aConditionThatSurelyFailsDecides() async throws {
        let plan = try await plan(
            """
                - name: Look
                  command: "true"
                  register: answer
                - name: Never
                  command: "true"
                  when: [answer.stdout == 'x', inventory_hostname == 'two']
            """)
        #expect(plan.lines == ["one: Look acts"])
    }

    @Test func whatWouldBeSetFromAnUnknownIsUnknown() async throws {
        let plan = try await plan(
            """
                - name: Look
                  command: "true"
                  register: answer
                - name: Set
                  set_fact: { derived: "{{ answer.stdout }}" }
                - name: Use
                  command: echo {{ derived }}
                - name: Loop
                  command: echo {{ item }}
                  loop: "{{ derived }}"
            """)
        #expect(plan.lines == ["one: Look acts", "one: Use later after Set", "one: Loop later after Set"])
    }

    @Test func anUnknownOfAnotherHostIsUnknown() async throws {
        let project = Project(
            """
            - hosts: one
              tasks:
                - name: Look
                  command: "true"
                  register: answer
            - hosts: two
              tasks:
                - name: Use
                  command: echo {{ hostvars.one.answer.stdout }}
            """, hosts: ["one", "two"])
        #expect(try await project.plan().plan.lines == ["one: Look acts", "two: Use later after Look"])
    }

    @Test func theHandlerOfATaskThatCannotBeToldIsPlanned() async throws {
        let plan = try await plan(
            """
                - name: Look
                  command: "true"
                  changed_when: false
                  register: answer
                - name: Use
                  command: echo {{ answer.stdout }}
                  notify: Restart
            """, rest: "\n  handlers:\n    - name: Restart\n      command: 'true'\n")
        #expect(plan.lines == ["one: Look acts", "one: Use later after Look", "one: Restart later after Use"])
        #expect(plan.count(.acts) == 0)
    }

    @Test func namesTheTaskThatBringsWhatIsMissing() async throws {
        let root = try Scratch()
        let plan = try await plan(
            """
                - name: Make the folder
                  file: { path: "\(root.path)/folder", state: directory }
                - name: Something else
                  copy: { dest: "\(root.path)/else", content: x }
                - name: Write into it
                  copy: { dest: "\(root.path)/folder/a", content: x }
            """)
        #expect(plan.lines.last == "one: Write into it later after Make the folder")
    }

    @Test func aPendingChangeOfTheDelegateCounts() async throws {
        let root = try Scratch()
        let project = Project(
            """
            - hosts: two
              tasks:
                - name: Make the folder
                  file: { path: "\(root.path)/folder", state: directory }
            - hosts: one
              tasks:
                - name: Write there
                  copy: { dest: "\(root.path)/folder/a", content: x }
                  delegate_to: two
            """, hosts: ["one", "two"])
        let plan = try await project.plan().plan
        #expect(plan.lines == ["two: Make the folder changes", "one: Write there later after Make the folder"])
    }

    @Test func aFailureThatHangsOnNothingIsAFailure() async throws {
        let root = try Scratch()
        let plan = try await plan(
            """
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x }
                - name: Check
                  assert: { that: inventory_hostname == 'two' }
            """)
        #expect(plan.recap.failed)
    }

    @Test func aFileThatWillBeReplacedIsNotJudgedByWhatItIs() async throws {
        let root = try Scratch()
        try root.write("a", "line\n")
        let plan = try await plan(
            """
                - name: Replace
                  copy: { dest: "\(root.path)/a", content: "other\\n" }
                - name: Add
                  lineinfile: { path: "\(root.path)/a", line: line }
            """)
        #expect(plan.lines == ["one: Replace changes", "one: Add later after Replace"])
    }

    @Test func aFileThatAValidationLeavesBehindIsForeseen() async throws {
        let root = try Scratch()
        let plan = try await plan(
            """
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x, validate: "sh -c 'touch \(root.path)/mark' %s" }
                - name: Clean
                  file: { path: "\(root.path)/mark", state: absent }
            """)
        #expect(plan.lines == ["one: Write changes", "one: Clean later after Write"])
    }

    @Test func diffTrueShowsATasksDifferences() async throws {
        let root = try Scratch()
        var project = Project(
            """
            - hosts: all
              tasks:
                - name: Shown
                  copy: { dest: "\(root.path)/a", content: x }
                  diff: true
                - name: Hidden
                  copy: { dest: "\(root.path)/b", content: x }
                  diff: false
            """)
        project.options.check = true
        let reports = try await project.run().reports
        #expect(reports.map(\.showsDiffs) == [true, false])
        #expect(reports.map(\.diffs.isEmpty) == [false, true])
    }

    @Test func theTimeoutIsForAllOfATasksChanges() async throws {
        let root = try Scratch()
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - copy: { dest: "\(root.path)/new/folder/", src: files/a }
                  timeout: 30
            """, files: ["files/a": "x"]
        ).run()
        let limits = run.transport.roundTrips.flatMap(\.fragments).filter { $0.effect == .changes }.map(\.timeout)
        #expect(run.count().changed == 1)
        #expect(limits.count == 2)
        let (first, second) = (try #require(limits.first ?? nil), try #require(limits.last ?? nil))
        #expect(first <= .seconds(30))
        #expect(second < first)
    }

    @Test func theTimeoutEndsACommand() async throws {
        let run = try await Project(
            """
            - hosts: all
              tasks:
                - name: Long
                  command: sleep 60
                  timeout: 1
            """
        ).run()
        #expect(run.status("Long") == .failed)
        #expect(run.message("Long")?.contains("timed out") == true)
    }
}
