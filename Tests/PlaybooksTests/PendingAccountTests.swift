import Foundation
import Modules
import Playbooks
import Testing

/// Whom a file is to belong to can't be told before the account is there: such a task is known after the one that makes it.
@Suite struct PendingAccountTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    private func plan(_ tasks: String) async throws -> ChangePlan {
        try await Project("- hosts: all\n  tasks:\n" + tasks).plan().plan
    }

    /// A program that a task's `environment` finds in the place of the one that would change this machine.
    private func stub(_ name: String, _ text: String) throws {
        try root.write(name, "#!/bin/sh\n\(text)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(root.path)/\(name)")
    }

    @Test func theFileOfAUserNotYetMadeIsKnownAfterTheUser() async throws {
        try root.write("a", "old\n")
        let plan = try await plan(
            """
                - name: Make the user
                  user: { name: nobody-yet }
                - name: Make the folder
                  file: { path: "\(root.path)/d", state: directory, owner: nobody-yet }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: "new\\n", owner: nobody-yet }
                - name: Of root
                  copy: { dest: "\(root.path)/b", content: "new\\n", owner: root }
            """)
        #expect(
            plan.lines == [
                "one: Make the user changes", "one: Make the folder later after Make the user",
                "one: Write later after Make the user", "one: Of root changes",
            ])
        let write = try #require(plan.entries.first { $0.report.task.name == "Write" })
        #expect(write.report.message == "known after 'Make the user': there is no user 'nobody-yet' yet")
        #expect(write.report.diffs.map(\.after) == ["new\n"])
    }

    @Test func theFileOfAGroupNotYetMadeIsKnownAfterTheGroup() async throws {
        let plan = try await plan(
            """
                - name: Make the group
                  group: { name: nobodies-yet }
                - name: Something else
                  copy: { dest: "\(root.path)/else", content: x }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x, group: nobodies-yet }
            """)
        #expect(plan.lines.last == "one: Write later after Make the group")
    }

    @Test func aUserWhoWaitsForAnotherTaskIsWaitedForToo() async throws {
        let plan = try await plan(
            """
                - name: Make a password
                  command: echo $6$x
                  register: hash
                - name: Make the user
                  user: { name: nobody-yet, password: "{{ hash.stdout }}" }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x, owner: nobody-yet }
            """)
        #expect(plan.lines.last == "one: Write later after Make the user")
    }

    @Test func theAccountOfAPackageIsKnownAfterThePackage() async throws {
        let plan = try await plan(
            """
                - name: Stands for the package
                  file: { path: "\(root.path)/nobody-yet", state: directory }
                - name: Something else
                  copy: { dest: "\(root.path)/else", content: x }
                - name: Write
                  copy: { dest: "\(root.path)/nobody-yet.conf", content: x, owner: nobody-yet }
            """)
        #expect(plan.lines.last == "one: Write later after Stands for the package")
    }

    @Test func aPendingChangeOfAUserWhoIsThereHidesNothing() async throws {
        let plan = try await plan(
            """
                - name: Change the user
                  user: { name: daemon, comment: another }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x, owner: daemon }
                - name: By number
                  copy: { dest: "\(root.path)/b", content: x, owner: "54321" }
            """)
        #expect(
            plan.lines == ["one: Change the user changes", "one: Write changes", "one: By number changes"])
    }

    @Test func aSavedPlanMakesTheFileOnceTheUserIsThere() async throws {
        try stub("useradd", "exit 0")
        try stub("chown", "exit 0")
        try stub("getent", "echo nobody-yet:x:1:1::/:/bin/sh")
        let project = Project(
            """
            - hosts: all
              environment: { PATH: "\(root.path):/usr/bin:/bin" }
              tasks:
                - name: Make the user
                  user: { name: nobody-yet }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: x, owner: nobody-yet }
            """)
        let saved = try await project.plan().saved
        #expect(saved.changes == 1)
        #expect(try await project.compare(saved).drifts.isEmpty)
        let run = try await project.permitting(saved).run()
        #expect(run.lines == ["one: Make the user changed", "one: Write changed"])
        #expect(root.read("a") == "x")
    }

    @Test func applyCheckSaysTheSameAndShowsTheText() async throws {
        var project = Project(
            """
            - hosts: all
              tasks:
                - name: Make the user
                  user: { name: nobody-yet }
                - name: Write
                  copy: { dest: "\(root.path)/a", content: "new\\n", owner: nobody-yet }
                  register: written
                  notify: Restart
                - name: Follow
                  command: "true"
                  when: written is changed
              handlers:
                - name: Restart
                  command: "true"
            """)
        project.options.check = true
        let run = try await project.run()
        #expect(run.status("Write") == .deferred)
        #expect(run.status("Follow") == .deferred)
        #expect(run.status("Restart") == .deferred)
        #expect(run.count().deferred == 3)
    }
}
