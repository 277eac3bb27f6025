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

    @Test(arguments: [
        ("requirepass old-one", "requirepass ********"), ("masterauth \"old-one\"", "masterauth ********"),
        ("  \"Pwd\": \"old-one\",", "  \"Pwd ********"), ("user a; passwd=old-one", "user a; passwd ********"),
        ("MYSQL_PWD=old-one", "MYSQL_PWD ********"),
    ])
    func knowsTheNamesOfServersSettings(_ line: String, _ shown: String) {
        #expect(before("\(line)\n", "other\n") == "\(shown)\n")
    }

    @Test func hidesTheOldOneWhereMoreThanTheSecretDiffers() {
        #expect(
            before("url: mysql://a:old-one@db1/x\nport: 1\n", "url: mysql://b:brand-new-secret@db2/x\nport: 2\n")
                == "url ********\nport: 1\n")
    }

    @Test func hidesThePasswordOfAnAddressThatNothingReplaces() {
        #expect(before("see http://u:old-one@h/x\n", "") == "see http://u:********@h/x\n")
    }

    @Test func anEmptySecretHidesWhatIsReplaced() {
        let redaction = DiffRedaction(Redactor(), hidesReplaced: true)
        let diff = redaction.redacted(
            TextDiff(
                name: "f", before: "bind 1\nuri mysql://u:old-one@db/x\n", after: "bind 1\nuri mysql://u:@db/x\n"))
        #expect(diff.before == "bind 1\n********\n")
        #expect(diff.after == "bind 1\nuri mysql://u:@db/x\n")
    }

    @Test func hidesPrivateKeysOnBothSides() {
        let key = { (body: String) in "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n" }
        let diff = redaction.redacted(
            TextDiff(name: "f", before: key("MIIold"), after: "a\n" + key("MIInew\nMIInewer")))
        #expect(diff.before == key("********"))
        #expect(diff.after == "a\n" + key("********"))
    }

    @Test func leavesTextsAboutKeys() {
        let text = "grep -q -- '-----BEGIN PRIVATE KEY-----' /etc/key || exit 1\necho done\n"
        #expect(before(text, "") == text)
    }

    @Test func leavesEverythingElse() {
        let text = "bind 10.0.0.1\nport 6379\n"
        #expect(before(text, "bind 10.0.0.2\nport 6379\nmasterauth brand-new-secret\n") == text)
    }
}
