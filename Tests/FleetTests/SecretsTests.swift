import Diagnostics
import Fleet
import OrderedCollections
import Testing
import YAML

@Suite struct SecretsTests {
    @Test(arguments: [
        "mysql_root_password", "ansible_password", "ansible_become_password", "ansible_become_pass", "jwt_secret",
        "api_token", "ssh_passphrase", "redisPassword", "tls_private_key", "password",
    ])
    func knowsSecretNames(name: String) {
        #expect(SecretNames().contains(name))
    }

    @Test(arguments: ["password_file", "token_path", "compass", "bypass", "keyboard", "ansible_user", "secretary"])
    func knowsOtherNames(name: String) {
        #expect(!SecretNames().contains(name))
    }

    @Test func collectsSecretTextsAlsoFromInside() throws {
        let text = "db: {users: [{name: a, password: hunter2}]}\napi_token: '{{ x }}'\npin_password: 123456\nport: 80\n"
        let node = try #require(try Node.parse(text, file: "f"))
        let variables = OrderedDictionary(
            uniqueKeysWithValues: (node.mapping ?? []).map { ($0.key.string ?? "", $0.value) })
        #expect(SecretNames().texts(in: variables) == ["hunter2", "123456"])
    }

    @Test func masksValuesForShow() {
        let value: Value = ["name": "a", "password": "hunter2", "list": [["token": "abc"]]]
        #expect(
            SecretNames().masked(value, named: "user").json()
                == #"{"name":"a","password":"********","list":[{"token":"********"}]}"#)
        #expect(SecretNames().masked(["a": "x"], named: "secrets").json() == #"{"a":"********"}"#)
        #expect(SecretNames().masked("x", named: "db_password") == "********")
    }

    @Test func redactsTheLongestSecretAndOverlaps() {
        let redactor = Redactor(["hunter", "hunter22", "r22xyz"])
        #expect(redactor.redact("a hunter22 b hunter c") == "a ******** b ******** c")
        #expect(redactor.redact("hunter22xyz!") == "********!")
    }

    @Test func leavesShortTextsAlone() {
        #expect(Redactor(["abc", ""]).redact("abc") == "abc")
    }

    @Test func redactsQuotedAndEscapedForms() {
        let redactor = Redactor(["it's \"me\"\n"])
        #expect(redactor.redact("echo 'it'\\''s \"me\"\n'") == "echo '********'")
        #expect(redactor.redact(#"{"p":"it's \"me\"\n"}"#) == #"{"p":"********"}"#)
    }

    @Test func redactsTheLinesOfAKey() {
        let redactor = Redactor(["-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n"])
        #expect(redactor.redact("+MIIEvQIBADANBgkqhkiG9w0") == "+********")
    }
}
