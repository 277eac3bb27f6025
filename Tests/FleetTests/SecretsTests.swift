import Diagnostics
import Fleet
import OrderedCollections
import Testing
import YAML

@Suite struct SecretsTests {
    @Test(arguments: [
        "mysql_root_password", "ansible_password", "ansible_become_password", "ansible_become_pass", "jwt_secret",
        "api_token", "ssh_passphrase", "redisPassword", "tls_private_key", "password", "aws_secret_access_key",
        "db_pwd",
        "MYSQL_PWD", "Pwd", "requirepass", "masterauth", "X-Api-Key", "apiKey",
    ])
    func knowsSecretNames(name: String) {
        #expect(SecretNames().contains(name))
    }

    @Test(arguments: [
        "password_file", "token_path", "compass", "bypass", "keyboard", "ansible_user", "secretary", "PWD",
        "OLDPWD", "aws_access_key_id", "authorized_keys",
    ])
    func knowsOtherNames(name: String) {
        #expect(!SecretNames().contains(name))
    }

    @Test func findsTheSecretsInAValueByTheRuleForClearText() {
        let value: Value = [
            "user": "root", "password": "a", "update_password": "always", "hosts": [["api_key": "b"]],
            "credentials": ["user": "u", "key": "c"], "headers": ["Authorization": "Bearer d"], "tokens": [],
        ]
        #expect(SecretNames().secrets(in: value, named: "mysql") == ["a", "b", "c", "d", []])
    }

    @Test func ofAResultOnlyWhatItPrintedIsSecret() {
        let result: Value = ["changed": true, "failed": false, "cmd": ["pwgen"], "stdout": "x", "rc": 0]
        #expect(SecretNames().secrets(in: result, named: "root_password") == ["x"])
    }

    @Test func hidesPasswordsOfAddresses() {
        #expect(Redactor().redact("mysql://u:p@ss@db:3306/x") == "mysql://u:********@db:3306/x")
        for text in ["http://h:80/a@b", "http://u:{{ p }}@h", "http://u:$P@h", "http://u@h", "docker://i:1@sha256:ab"] {
            #expect(Redactor().redact(text) == text)
        }
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

    @Test func redactsAQuotedFormWithAnAccentOnTheQuote() {
        let redactor = Redactor(["it'\u{301}s me"])
        #expect(redactor.redact("echo 'it'\\''\u{301}s me'") == "echo '********'")
    }

    @Test func redactsTheLinesOfAKey() {
        let redactor = Redactor(["-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n"])
        #expect(redactor.redact("+MIIEvQIBADANBgkqhkiG9w0") == "+********")
    }
}
