import Modules
import OrderedCollections
import Playbooks
import Testing
import YAML

/// `include_tasks` and `include_role`: what they find, with which variables, and what comes along.
@Suite(.timeLimit(.minutes(10))) struct IncludeTests {
    private let said = "[{ name: Said, debug: { msg: \"{{ text | default('x') }}\" } }]"

    /// What `debug` said: an include says which file it takes, too.
    private func debugged(_ run: TestRun) -> [String] {
        run.reports.filter { $0.task.module == "ansible.builtin.debug" && $0.status == .ok }.compactMap(\.message)
    }

    @Test(arguments: [
        "../shared/x.yml", "../../../shared/x.yml", "{{ role_path }}/tasks/x.yml", "{{ role_path }}/../../shared/x.yml",
        "{{ playbook_dir }}/shared/x.yml", "{{ playbook_dir }}/{{ folder }}/x.yml", "../shared/{{ file }}.yml",
        "{{ role_path }}/tasks/{{ file }}.yml",
    ])
    func filesAreFoundByPathsThatLeaveTheFolder(path: String) async throws {
        let run = try await Project(
            """
            - hosts: all
              vars: { folder: shared, file: x }
              roles: [web]
            """,
            files: [
                "roles/web/tasks/main.yml": "[{ include_tasks: \"\(path)\" }]", "roles/web/tasks/x.yml": said,
                "roles/web/shared/x.yml": said, "shared/x.yml": said,
            ]
        ).run()
        #expect(debugged(run) == ["x"])
        #expect(!run.recap.failed)
    }

    /// A project that a relative path names, where lookups find absolute ones.
    private struct RootedFiles: ProjectFiles {
        let files: MemoryFiles

        private func inside(_ path: String) -> String { path.hasPrefix("/root/") ? String(path.dropFirst(6)) : path }

        func read(_ path: String) -> [UInt8]? { files.read(inside(path)) }
        func list(_ directory: String) -> [String] { files.list(directory == "/root" ? "." : inside(directory)) }
        func resolved(_ path: String) -> String {
            path.hasPrefix("/") ? path : path == "." ? "/root" : "/root/\(path)"
        }
    }

    @Test(arguments: [
        "{ include_tasks: '{{ item }}', with_first_found: ['on-{{ kind }}.yml', other.yml] }",
        "{ include_tasks: '{{ item }}', with_first_found: [{ files: ['on-{{ kind }}.yml', o.yml], paths: [tasks] }] }",
        "{ include_tasks: \"{{ lookup('first_found', ['on-' ~ kind ~ '.yml', 'other.yml']) }}\" }",
    ])
    func whatFirstFoundFindsIsIncluded(include: String) async throws {
        let project = Project(
            """
            - hosts: all
              vars: { kind: b }
              tasks: [\(include)]
            - hosts: all
              roles: [web]
              vars: { kind: c }
            """,
            files: [
                "tasks/on-b.yml": "[{ debug: { msg: b } }]", "on-c.yml": "[{ debug: { msg: c } }]",
                "tasks/other.yml": "[{ debug: { msg: other } }]", "broken.yml": "[{ nothing: {} }]",
                "roles/web/tasks/main.yml": "[\(include)]", "roles/web/tasks/other.yml": "[{ debug: { msg: own } }]",
                "roles/web/tasks/on-c.yml": "[{ debug: { msg: web } }]",
            ])
        let files = RootedFiles(files: MemoryFiles(texts: project.files))
        let recorder = Recorder()
        let playbook = try PlaybookLoader(registry: .builtin, files: files).load("site.yml")
        let site = try project.site(project.options, files, recorder)
        let recap = try await PlaybookRun(playbook, on: site).execute()
        #expect(!recap.failed)
        let reports = recorder.reports.filter { $0.task.module == "ansible.builtin.debug" }
        #expect(reports.compactMap(\.message) == ["b", "web"])
    }

    /// As ansible-core does, from the importing file outwards.
    @Test func importsAreLookedForBesideTheFileThenInTheRoleThenBesideThePlaybook() async throws {
        let run = try await Project(
            """
            - hosts: all
              roles: [web]
              tasks: [{ import_tasks: deep/c.yml }]
            """,
            files: [
                "roles/web/tasks/main.yml": "[{ import_tasks: deep/a.yml }, { import_tasks: top.yml }]",
                "roles/web/tasks/deep/a.yml": "[{ import_tasks: b.yml }, { import_tasks: near.yml }]",
                "roles/web/tasks/deep/near.yml": "[{ debug: { msg: near } }]",
                "roles/web/tasks/near.yml": "[{ debug: { msg: far } }]",
                "roles/web/tasks/b.yml": "[{ debug: { msg: role } }]",
                "deep/c.yml": "[{ import_tasks: top.yml }, { import_tasks: '{{ playbook_dir }}/top.yml' }]",
                "top.yml": "[{ debug: { msg: top } }]",
            ]
        ).run()
        #expect(debugged(run) == ["role", "near", "top", "top", "top"])
    }

    @Test func aPathIsMeantFromTheFileThatItStandsIn() async throws {
        let run = try await Project(
            "[{ hosts: all, tasks: [{ include_tasks: deep/a.yml }] }]",
            files: [
                "deep/a.yml": "[{ include_tasks: b.yml }, { include_tasks: ../b.yml }]",
                "deep/b.yml": "[{ debug: { msg: deep } }]", "b.yml": "[{ debug: { msg: top } }]",
            ]
        ).run()
        #expect(debugged(run) == ["deep", "top"])
    }

    /// As ansible-core's `get_include_params`: above what was registered or set, below what `-e` gives.
    @Test func itsVariablesWinOverWhatWasSet() async throws {
        let playbook = """
            - hosts: all
              vars: { text: play, given: play }
              tasks:
                - set_fact: { text: set, item: set, inner: set, given: set }
                - include_tasks: x.yml
                  vars: { text: include, given: include, inner: include }
                - include_tasks: x.yml
                  loop: [one]
                - debug: { msg: "{{ text }} {{ item }}" }
            """
        let files = [
            "x.yml": """
            - debug: { msg: "{{ text }} {{ item }} {{ inner }} {{ given }}" }
              vars: { text: task }
            - set_fact: { text: again }
            - debug: { msg: "{{ text }}" }
            - include_tasks: y.yml
              vars: { inner: innermost }
            """,
            "y.yml": "[{ debug: { msg: \"{{ text }} {{ inner }}\" } }]",
        ]
        let run = try await Project(playbook, files: files).with(["given": "extra"]).run()
        #expect(
            debugged(run) == [
                "include set include extra", "include", "include innermost",
                "again one set extra", "again", "again innermost", "again set",
            ])
    }

    @Test func whatTwoCandidatesDependOnIsRunByTheOneThatIsChosen() async throws {
        let run = try await Project(
            """
            - hosts: all
              roles: [{ role: base, when: false }]
              tasks:
                - include_role: { name: "app_{{ kind }}" }
                  vars: { kind: two }
                - include_role: { name: never }
                  when: false
                - import_role: { name: last }
            """,
            files: [
                "roles/app_one/meta/main.yml": "{ dependencies: [third] }",
                "roles/app_one/tasks/main.yml": "[{ debug: { msg: one } }]",
                "roles/app_two/meta/main.yml": "{ dependencies: [third] }",
                "roles/app_two/tasks/main.yml": "[{ debug: { msg: two } }]",
                "roles/third/tasks/main.yml": "[{ debug: { msg: third } }]",
                "roles/base/tasks/main.yml": "[{ debug: { msg: base } }]",
                "roles/never/meta/main.yml": "{ dependencies: [fourth] }",
                "roles/never/tasks/main.yml": "[{ debug: { msg: never } }]",
                "roles/fourth/tasks/main.yml": "[{ debug: { msg: fourth } }]",
                "roles/last/meta/main.yml": "{ dependencies: [fourth] }",
                "roles/last/tasks/main.yml": "[{ debug: { msg: last } }]",
            ]
        ).run()
        #expect(debugged(run) == ["third", "two", "fourth", "last"])
    }

    @Test func whatThePlayHasRunIsNotRunAgainForAnInclude() async throws {
        let run = try await Project(
            """
            - hosts: all
              roles: [third]
              tasks: [{ include_role: { name: app } }]
            """,
            files: [
                "roles/app/meta/main.yml": "{ dependencies: [third] }",
                "roles/app/tasks/main.yml": "[{ debug: { msg: app } }]",
                "roles/third/tasks/main.yml": "[{ debug: { msg: third } }]",
            ]
        ).run()
        #expect(debugged(run) == ["third", "app"])
    }
}
