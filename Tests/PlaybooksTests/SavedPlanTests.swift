import OrderedCollections
import Playbooks
import Testing
import YAML

@Suite struct SavedPlanTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    private func project(_ more: String = "", template: String = "text of {{ inventory_hostname }}\n") -> Project {
        Project(
            """
            - hosts: all
              vars: { db_password: geheimnis1234 }
              tasks:
                - name: Write
                  template: { src: a.j2, dest: "\(root.path)/a" }
                - name: Keep
                  copy: { dest: "\(root.path)/kept", content: "x\\n" }
                - name: Secret
                  copy: { dest: "\(root.path)/secret", content: "password={{ db_password }}\\n" }
            """ + more, files: ["templates/a.j2": template])
    }

    @Test func isMadeExactlyAndTheSecondTimeNothing() async throws {
        try root.write("kept", "x\n")
        let saved = try await project().plan().saved
        #expect(saved.changes == 2)
        let first = try await project().compare(saved)
        #expect(first.drifts.isEmpty)
        #expect([first.remaining, first.made] == [2, 0])
        let run = try await project().permitting(saved).run()
        #expect(run.count().changed == 2)
        #expect(run.count().failed == 0)
        let second = try await project().compare(saved)
        #expect(second.drifts.isEmpty)
        #expect([second.remaining, second.made] == [0, 2])
        #expect(try await project().permitting(saved).run().count().changed == 0)
    }

    @Test func namesAHostThatHasDriftedWhereNothingWasToChange() async throws {
        try root.write("kept", "x\n")
        let saved = try await project().plan().saved
        try root.write("kept", "by hand\n")
        let drifts = try await project().compare(saved).drifts
        #expect(drifts.map(\.host) == ["one"])
        #expect(drifts.map(\.task) == ["Keep"])
        #expect(drifts.first?.what.contains("was as it should be") == true)
        #expect(drifts.first?.place.hasPrefix("site.yml:") == true)
    }

    @Test func namesAFileThatIsNotWhatItWasWhenPlanned() async throws {
        try root.write("a", "old\n")
        let saved = try await project().plan().saved
        try root.write("a", "new\n")
        let drifts = try await project().compare(saved).drifts
        #expect(drifts.map(\.task) == ["Write"])
    }

    @Test func seesTheDriftOfAFileThatIsNoText() async throws {
        try root.write("a", "old\u{0}\n")
        let saved = try await project().plan().saved
        try root.write("a", "new\u{0}\n")
        #expect(try await project().compare(saved).drifts.map(\.task) == ["Write"])
    }

    @Test func aPlanThatWasMadeHalfIsMadeToItsEnd() async throws {
        let saved = try await project().plan().saved
        try root.write("kept", "x\n")
        let comparison = try await project().compare(saved)
        #expect(comparison.drifts.isEmpty)
        #expect([comparison.remaining, comparison.made] == [2, 1])
    }

    @Test func refusesAChangeThatIsNotInIt() async throws {
        try root.write("kept", "x\n")
        let saved = try await project().plan().saved
        try root.write("kept", "by hand\n")
        // As if it had moved after the comparison.
        let run = try await project().permitting(saved).run()
        #expect(run.status("Write") == .changed)
        #expect(run.status("Keep") == .failed)
        #expect(run.message("Keep")?.contains("the plan has no such change") == true)
        #expect(root.read("kept") == "by hand\n")
    }

    @Test func refusesACommandThatIsNotInIt() async throws {
        let saved = try await project().plan().saved
        let more = "\n    - name: Act\n      command: touch \(root.path)/acted\n"
        let run = try await project(more).permitting(saved).run()
        #expect(run.status("Act") == .failed)
        #expect(!root.exists("acted"))
    }

    @Test func whatCouldNotBeToldMayDoWhatWasNotListed() async throws {
        let more = """

                - name: Look
                  command: echo yes
                  register: answer
                - name: Follow
                  copy: { dest: "\(root.path)/{{ answer.stdout }}", content: x }
            """
        let saved = try await project(more).plan().saved
        let run = try await project(more).permitting(saved).run()
        #expect(run.count().failed == 0)
        #expect(root.read("yes") == "x")
        #expect(try await project(more).compare(saved).drifts.isEmpty)
    }

    @Test func whatAConditionKeepsFromCheckModeMayBeDone() async throws {
        let project = Project(
            """
            - hosts: all
              tasks:
                - name: Act
                  command: touch \(root.path)/acted
                  when: not ansible_check_mode
                  register: acted
                  notify: Tell
                - name: Follow
                  copy: { dest: "\(root.path)/followed", content: x }
                  when: acted is changed
                - name: Include
                  include_tasks: more.yml
                  when: not ansible_check_mode
                - name: Never
                  command: touch \(root.path)/never
                  when: [not ansible_check_mode, inventory_hostname == 'two']
              handlers:
                - name: Tell
                  copy: { dest: "\(root.path)/told", content: x }
            """,
            files: ["more.yml": "[{ name: Inside, copy: { dest: \(root.path)/inside, content: x } }]"])
        let (plan, saved) = try await project.plan()
        #expect(
            plan.lines == [
                "one: Act later", "one: Follow later after Act", "one: Inside later after Include",
                "one: Tell later after Act",
            ])
        #expect(try await project.compare(saved).drifts.isEmpty)
        let run = try await project.permitting(saved).run()
        #expect(run.count().failed == 0)
        for name in ["acted", "followed", "inside", "told"] { #expect(root.exists(name), "\(name)") }
        #expect(!root.exists("never"))
    }

    @Test func namesWhatHasChangedInTheProject() async throws {
        let before = project()
        let saved = try await before.plan().saved
        #expect(try before.differences(from: saved).isEmpty)
        #expect(try project(template: "other\n").differences(from: saved) == ["templates/a.j2 was changed"])
        #expect(try project("\n    - debug: { msg: x }\n").differences(from: saved).contains("site.yml was changed"))
        #expect(try before.with(["level": "2"]).differences(from: saved) == ["-e level differs"])
        var shadowed = before
        shadowed.files["templates/a.j2"] = nil
        #expect(try shadowed.differences(from: saved) == ["templates/a.j2 is gone"])
        var other = before
        other.inventory += "  vars: { level: 2 }\n"
        #expect(try other.differences(from: saved) == ["the inventory's level was changed"])
        other = before
        other.inventory += "  vars: { level_password: a1b2c3d4 }\n"
        #expect(try other.differences(from: saved) == ["a secret of one was changed in the inventory"])
        other = before
        other.inventory += "    two:\n"
        #expect(try other.differences(from: saved) == ["two is new in the inventory"])
    }

    @Test func holdsNeitherSecretsNorContents() async throws {
        let (plan, saved) = try await project().plan()
        #expect(!saved.text.contains("geheimnis"))
        #expect(!saved.text.contains("text of one"))
        #expect(!"\(plan.entries.map(\.report.diffs))".contains("geheimnis"))
    }

    @Test func refusesAPlanOfAnotherForm() {
        #expect(throws: (any Error).self) {
            try SavedPlan(parsing: Array(#"{"intchain_plan": 99}"#.utf8), file: "x")
        }
        #expect(SavedPlan.isPlan(Array(#"{"intchain_plan": 99}"#.utf8)))
        #expect(!SavedPlan.isPlan(Array("- hosts: all\n".utf8)))
    }
}
