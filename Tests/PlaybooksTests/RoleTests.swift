import Playbooks
import Testing

/// What a role's files and the entries of `roles:` say.
@Suite(.timeLimit(.minutes(10))) struct RoleTests {
    private func said(_ playbook: String, files: [String: String]) async throws -> [String] {
        try await Project(playbook, files: files).run().said()
    }

    @Test func aFolderOfVariablesIsReadInTheOrderOfItsNames() async throws {
        let said = try await said(
            "[{ hosts: all, roles: [web] }]",
            files: [
                "roles/web/tasks/main.yml": "[{ debug: { msg: \"{{ a }} {{ b }} {{ c }}\" } }]",
                "roles/web/vars/main/b.yml": "{ a: second, b: second }", "roles/web/vars/main/a.yml": "{ a: first }",
                "roles/web/vars/main/c/d.yaml": "{ b: third }", "roles/web/vars/main/.e.yml": "{ b: hidden }",
                "roles/web/vars/main/f.yml~": "{ b: backup }", "roles/web/defaults/main/x.json": "{ \"c\": \"json\" }",
                "roles/web/defaults/main.yml": "{ c: file }",
            ])
        #expect(said == ["second third file"])
    }

    @Test(arguments: [("false", ["x", "x"]), ("true", ["x", "x", "x", "x"])])
    func aRoleThatAllowsDuplicatesRunsEachTimeItIsNamed(_ allows: String, _ expected: [String]) async throws {
        let said = try await said(
            "[{ hosts: all, roles: [web, web, app] }]",
            files: [
                "roles/web/meta/main.yml": "{ allow_duplicates: \(allows) }",
                "roles/web/tasks/main.yml": "[{ debug: { msg: x } }]",
                "roles/app/meta/main.yml": "{ dependencies: [web] }",
                "roles/app/tasks/main.yml": "[{ debug: { msg: x } }]",
            ])
        #expect(said == expected)
    }

    @Test func anEntrysOtherKeysAreTheRolesVariables() async throws {
        let said = try await said(
            """
            - hosts: all
              pre_tasks: [{ set_fact: { listen_on: 1, other: 1 } }]
              roles:
                - { role: web, listen_on: 2, vars: { other: 2 } }
                - { role: web, listen_on: "{{ other }}3" }
            """,
            files: [
                "roles/web/tasks/main.yml":
                    "[{ debug: { msg: \"{{ listen_on }} {{ other }}\" } }, { include_tasks: x.yml }]",
                "roles/web/tasks/x.yml": "[{ debug: { msg: \"{{ listen_on }}\" } }]",
            ])
        #expect(said.filter { !$0.contains("x.yml") } == ["2 1", "2", "13 1", "13"])
    }
}
