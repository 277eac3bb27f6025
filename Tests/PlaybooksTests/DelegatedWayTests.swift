import Playbooks
import Remote
import Testing

/// How a host is reached that does another one's task: as in Ansible, by the play's variables over its own.
@Suite struct DelegatedWayTests {
    private func project(_ playbook: String) -> Project {
        var project = Project(playbook)
        project.inventory = """
            all:
              hosts:
                one: { ansible_host: 192.0.2.1 }
                two: { ansible_host: 192.0.2.2, ansible_user: own }

            """
        return project
    }

    /// `host user@address:port` of each connection.
    private func ways(_ run: TestRun) -> [String] {
        run.transport.endpoints.map { end in
            "\(end.name) \(end.user ?? "?")@\(end.address):\(end.port.map(String.init) ?? "?")"
        }.sorted()
    }

    @Test func thePlaysVariablesReachTheDelegateToo() async throws {
        let project = project(
            """
            - hosts: one
              vars: { ansible_user: plays, ansible_port: 2222 }
              tasks:
                - command: "true"
                  delegate_to: two
            """)
        #expect(try project.problems() == [])
        #expect(ways(try await project.run()) == ["one plays@192.0.2.1:2222", "two plays@192.0.2.2:2222"])
    }

    @Test func withoutThemItsOwnDo() async throws {
        let run = try await project(
            """
            - hosts: one
              tasks:
                - command: "true"
                  delegate_to: two
            """
        ).run()
        #expect(ways(run) == ["one ?@192.0.2.1:?", "two own@192.0.2.2:?"])
    }

    @Test func theVariablesOfBecomeApplyToTheDelegateToo() async throws {
        let run = try await project(
            """
            - hosts: one
              vars: { ansible_become_method: of the play }
              tasks:
                - name: There
                  command: "true"
                  become: true
                  delegate_to: two
            """
        ).run()
        #expect(run.message("There")?.contains("'of the play' is not supported") == true)
    }

    @Test func aDelegateThatOtherPlaysReachOtherwiseIsRefusedAtLoad() throws {
        let problems = try project(
            """
            - hosts: two
              tasks:
                - command: "true"
            - hosts: one
              vars: { ansible_user: plays }
              tasks:
                - command: "true"
                  delegate_to: two
            """
        ).problems()
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasPrefix(
                "site.yml:5:25: 'ansible_user' is not the same in all plays of two: a run reaches a host in one way")
                == true)
    }

    @Test func oneThatATemplateNamesIsRefusedWhenItIsReached() async throws {
        let project = project(
            """
            - hosts: two
              tasks:
                - command: "true"
            - hosts: one
              vars: { ansible_user: plays, worker: two }
              tasks:
                - name: There
                  command: "true"
                  delegate_to: "{{ worker }}"
            """)
        #expect(try project.problems() == [])
        let run = try await project.run()
        #expect(run.status("There") == .failed)
        let message = try #require(run.message("There"))
        #expect(message.hasPrefix("site.yml:9:20: 'ansible_user' is not the same in all plays of two"))
    }

    @Test func whatNeedsNoHostMayBeDelegatedAnywhere() async throws {
        let run = try await project(
            """
            - hosts: two
              tasks:
                - command: "true"
            - hosts: one
              gather_facts: false
              vars: { ansible_user: plays, worker: two }
              tasks:
                - set_fact: { known: 1 }
                  delegate_to: "{{ worker }}"
                  delegate_facts: true
            """
        ).run()
        #expect(!run.recap.failed)
        #expect(ways(run) == ["two own@192.0.2.2:?"])
    }

    /// The lock is taken on the inventory's first host, before its own play has come.
    @Test func theLocksHostIsReachedAsItsOwnPlaySays() async throws {
        let root = try Scratch()
        let project = project(
            """
            - hosts: two
              vars: { ansible_user: plays }
              tasks:
                - copy: { dest: "\(root.path)/a", content: x }
            - hosts: one
              vars: { ansible_user: plays }
              tasks:
                - command: "true"
            """)
        let record = LockRecord(
            token: "a", holder: "anna", machine: "m", pid: 1, run: "a", command: "apply", since: "now")
        let lock = SiteLock(record, file: LockFile(path: "\(root.path)/lock"))
        let run = try await project.run(lock: lock)
        #expect(!run.recap.failed)
        #expect(ways(run) == ["one plays@192.0.2.1:?", "two plays@192.0.2.2:?"])
    }
}
