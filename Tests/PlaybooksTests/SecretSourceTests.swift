import Foundation
import Modules
import OrderedCollections
import Playbooks
import Testing
import YAML

/// Wherever a secret comes from, nothing that is told of a run shows it.
@Suite(.timeLimit(.minutes(10))) struct SecretSourceTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    /// A template, so that no text of the project has the secret in it.
    private static let secret = "\"{{ 'gehe' ~ 'im99' }}\""

    private func told(_ playbook: String, check: Bool = false, _ change: (inout Project) -> Void = { _ in })
        async throws
        -> String
    {
        var project = Project(
            playbook.replacingOccurrences(of: "SECRET", with: Self.secret).replacingOccurrences(
                of: "ROOT", with: root.path))
        change(&project)
        project.options.verbosity = 3
        project.options.diff = true
        project.options.check = check
        let run = try await project.run()
        #expect(run.count().failed == 0, "\(run.reports.last?.message ?? "")")
        #expect(run.reports.contains { $0.message?.contains("********") == true })
        return run.recorder.all.map { "\($0)" }.joined(separator: "\n")
    }

    /// Whoever logs in by key and needs no password for sudo has a connection without secrets.
    @Test func whereThereIsNoSecretTheReplacedLinesAreShown() async throws {
        try root.write("file", "before\n")
        var project = Project(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - copy: { dest: '\(root.path)/file', content: "after\\n" }
                  vars: { unread: { password: "" } }
            """)
        project.options.diff = true
        let run = try await project.run()
        let told = run.recorder.all.map { "\($0)" }.joined(separator: "\n")
        #expect(told.contains("before"), "\(told)")
        #expect(!told.contains("********"))
    }

    @Test func whatASkippedTaskTellsIsNoSecretByItsName() async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              vars: { docker: false }
              tasks:
                - { command: docker swarm join-token worker, register: join_token, when: docker }
                - debug: { msg: "docker - Conditional result was False" }
            """
        ).run()
        #expect(run.said() == ["docker - Conditional result was False"])
        let told = run.recorder.all.map { "\($0)" }.joined(separator: "\n")
        #expect(!told.contains("********"), "\(told)")
    }

    @Test(arguments: [
        "vars: {mysql: {user: a, password: SECRET}}\n  tasks: [{debug: {msg: 'x {{ mysql.password }}'}}]",
        "vars: {users: [{password: SECRET}]}\n  tasks: [{debug: {msg: 'x {{ users[0].password }}'}}]",
        "vars: {users: [{password: SECRET}]}\n  tasks: [{debug: {msg: 'x {{ item.password }}'}, loop: '{{ users }}'}]",
        "tasks: [{debug: {msg: 'x {{ item.password }}'}, loop: [{password: SECRET}]}]",
        "tasks: [{debug: {msg: 'x {{ own_password }}'}, vars: {own_password: SECRET}}]",
        "tasks: [{debug: {msg: 'x {{ \"gehe\" ~ \"im99\" }}'}, vars: {unread_password: SECRET}}]",
        "tasks: [{block: [{debug: {msg: 'x {{ own_password }}'}}], vars: {own_password: SECRET}}]",
        "tasks:\n    - set_fact: {own_password: SECRET}\n    - debug: {msg: 'x {{ own_password }}'}",
        "tasks:\n    - set_fact: {db: {password: SECRET}}\n    - debug: {msg: 'x {{ db.password }}'}",
        "tasks:\n    - include_vars: more.yml\n    - debug: {msg: 'x {{ own_password }}'}",
        "tasks: [{include_tasks: more-tasks.yml, vars: {own_password: SECRET}}]",
        "roles: [{role: r, vars: {own_password: SECRET}}]",
        "tasks:\n    - {command: \"echo {{ 'gehe' ~ 'im99' }}\", register: own_password, no_log: true}\n    - debug: "
            + "{msg: 'x {{ own_password.stdout }}'}",
        "tasks:\n    - {shell: 'echo it is $DB_PASSWORD', environment: {DB_PASSWORD: SECRET}, register: said}\n    - "
            + "debug: {msg: '{{ said.stdout }}'}",
        "vars: {base: {}}\n  tasks: [{debug: {msg: \"x {{ made.password }}\"}, vars: {made: \"{{ base | "
            + "combine({'password': 'gehe' ~ 'im99'}) }}\"}}]",
    ])
    func isMaskedWhereverItComesFrom(_ play: String) async throws {
        let told = try await told("- hosts: all\n  gather_facts: false\n  \(play)\n") {
            $0.files["more.yml"] = "own_password: \(Self.secret)\n"
            $0.files["more-tasks.yml"] = "- debug: {msg: 'x {{ own_password }}'}\n"
            $0.files["roles/r/tasks/main.yml"] = "- debug: {msg: 'x {{ own_password }}'}\n"
        }
        #expect(!told.contains("geheim99"), "\(told)")
    }

    @Test func theCommandLinesNestedVariablesAreMasked() async throws {
        let project = Project(
            "- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: 'x {{ db.password }}'}}]\n"
        ).with(["db": ["password": "geheim99"]])
        #expect(try await project.run().said() == ["x ********"])
    }

    @Test func anInventorysNestedSecretIsMaskedWhereNobodyReadsIt() async throws {
        var project = Project(
            "- hosts: all\n  gather_facts: false\n  tasks: [{command: \"printf %s%s gehe im99\", register: x}]\n")
        project.inventory += "  vars: {db: {password: \(Self.secret)}}\n"
        #expect(try await project.run().reports.first?.result["stdout"] == "********")
    }

    @Test func whatOnlyTellsWhatToDoWithAPasswordIsNotMasked() async throws {
        var project = Project(
            "- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: 'always {{ update_password }}'}}]\n")
        project.inventory += "  vars: {update_password: always, credentials: {user: intchain}}\n"
        #expect(try await project.run().said() == ["always always"])
    }

    @Test(arguments: ["", "abc"])
    func anEmptyOrShortSecretDoesNotShowTheOneBefore(_ new: String) async throws {
        try root.write("a", "port 1\n\"Key\": \"firstsecret99\"\nurl u/firstsecret99@h\n")
        try root.write("b", "port 1\n")
        var project = Project(
            """
            - hosts: all
              gather_facts: false
              vars: { db_password: "{{ '\(new)' }}" }
              tasks:
                - template: { src: a.j2, dest: "\(root.path)/a" }
                - copy: { content: "port 2\\n", dest: "\(root.path)/b" }
            """,
            files: ["templates/a.j2": "port 1\n\"Key\": \"{{ db_password }}\"\nurl u/{{ db_password }}@h\n"])
        project.options.check = true
        let diffs = try await project.run().reports.flatMap(\.diffs)
        #expect(diffs.first?.before == "port 1\n********\n********\n")
        #expect(diffs.last?.before == "port 1\n")
    }

    @Test func aPrivateKeyThatIsCopiedIsMasked() async throws {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIgeheim\n-----END PRIVATE KEY-----\n"
        var project = Project(
            "- hosts: all\n  gather_facts: false\n  tasks: [{copy: {src: k.pem, dest: \(root.path)/k}}]\n",
            files: ["files/k.pem": key])
        project.options.check = true
        let after = try await project.run().reports.first?.diffs.first?.after
        #expect(after == key.replacingOccurrences(of: "MIIgeheim", with: "********"))
    }
}
