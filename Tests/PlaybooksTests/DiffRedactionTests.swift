import Fleet
import Modules
import Testing

@testable import Playbooks

@Suite struct DiffRedactionTests {
    private let redaction = DiffRedaction(Redactor(["brand-new-secret"]))

    private func before(_ before: String, _ after: String) -> String? {
        redaction.redacted(TextDiff(name: "f", before: before, after: after)).before
    }

    @Test func hidesTheSecretThatStoodInThePlace() {
        #expect(
            before("port 1\nrequirepass \"old-one\"\n", "port 2\nrequirepass \"brand-new-secret\"\n")
                == "port 1\nrequirepass \"********\"\n")
    }

    @Test func hidesAFileThatIsNothingButASecret() {
        #expect(before("old-one", "brand-new-secret") == "********")
    }

    @Test func hidesASecretByItsNameWhereTheLineIsGone() {
        #expect(before("[client]\npassword=old-one\n", "[client]\n") == "[client]\npassword ********\n")
    }

    @Test func leavesEverythingElse() {
        let text = "bind 10.0.0.1\nport 6379\n"
        #expect(before(text, "bind 10.0.0.2\nport 6379\nmasterauth brand-new-secret\n") == text)
    }
}
