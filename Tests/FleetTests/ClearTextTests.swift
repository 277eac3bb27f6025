import Fleet
import Testing
import YAML

/// Which values under a secret's name are secrets in clear text.
@Suite struct ClearTextTests {
    private func found(_ name: String, _ yaml: String) throws -> [String] {
        guard let node = try Node.parse(yaml, file: "vars.yml") else { return [] }
        return SecretNames().clearText(in: node, named: name).map(\.text)
    }

    @Test(arguments: [
        ("mysql_root_password", "hunter2"), ("db_password", "\"a b\""), ("api_token", "12345"),
        ("client_secret", "x1"), ("login_password", "/looks/like/a/path"), ("app_credentials", "{user: u, key: k}"),
    ])
    func aLiteralIs(_ name: String, _ yaml: String) throws { #expect(try !found(name, yaml).isEmpty) }

    @Test(arguments: [
        ("db_password", "\"{{ lookup('env', 'DB') }}\""), ("db_password", "''"), ("db_password", "null"),
        ("db_password", "true"), ("update_password", "always"), ("mysql_update_password", "on_create"),
        ("user_password", "$6$salt$hash"), ("user_password", "'!$6$salt$hash'"), ("user_password", "'*'"),
        ("user_password", "'!'"), ("mysql_password", "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'"),
        ("tls_private_key", "/etc/ssl/site.key"), ("oauth_token", "https://id.example.com/token"),
        ("password_length", "20"), ("password_lock", "yes"), ("token_lifetime", "3600"),
        ("shown_password", "'********'"),
    ])
    func whatOnlyLooksLikeOneIsNot(_ name: String, _ yaml: String) throws {
        #expect(try found(name, yaml) == [])
    }

    @Test(arguments: [
        ("aws_secret_access_key", "wJalrXUtnFEMI"), ("db_pwd", "hunter2"), ("MYSQL_PWD", "hunter2"),
        ("headers", "{Authorization: Bearer hunter2}"), ("headers", "{Authorization: 'Basic aHVudGVyMg=='}"),
        ("database_url", "mysql://u:hunter2@db/x"), ("cmd", "curl http://u:hunter2@h/"),
    ])
    func whatTellsASecretIsFound(_ name: String, _ yaml: String) throws {
        #expect(try found(name, yaml).count == 1)
    }

    @Test(arguments: [
        ("headers", "{Authorization: \"Bearer {{ token }}\"}"), ("security", "{authorization: enabled}"),
        ("database_url", "\"mysql://u:{{ db_password }}@db/x\""), ("database_url", "\"mysql://u:$PW@db/x\""),
        ("image", "docker://nginx:1@sha256:ab"), ("url", "http://h:80/a@b"), ("PWD", "/srv"),
        ("cmd", "grep -- '-----BEGIN PRIVATE KEY-----' f"),
    ])
    func whatOnlyLooksLikeItIsNot(_ name: String, _ yaml: String) throws {
        #expect(try found(name, yaml) == [])
    }

    @Test func aPrivateKeyIsOneUnderAnyName() throws {
        let key = "|\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n  -----END RSA PRIVATE KEY-----\n"
        #expect(try found("whatever", key).count == 1)
    }

    @Test func whatIsDeepInsideIsFound() throws {
        #expect(try found("services", "[{name: a, api_key: k1}, {token: {value: t1}}]") == ["k1", "t1"])
    }
}
