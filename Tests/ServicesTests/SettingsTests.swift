import Logging
import MariaDB
import Testing

@testable import Services

@Suite struct SettingsTests {
    private let whole = """
        {"Service": {"Bind": "10.0.0.1", "KeepAliveSeconds": 90},
         "Services": {"gateway": {"Port": 5000}, "user": {"Port": 6001}},
         "Gateway": {"Upstreams": {"order": "http://10.0.0.9:5002"}, "TimeoutSeconds": 10},
         "MySql": {"Hosts": ["10.0.0.21:3306", "10.0.0.22"], "Database": "intchain", "User": "app",
                   "Password": "s3cret-word", "Tls": {"Mode": "required", "CaFile": null}},
         "Redis": {"Hosts": ["10.0.0.31:6379"], "Password": "s3cret-key"},
         "Probes": {"Enabled": true}, "Logging": {"Level": "debug", "ErrorFile": null},
         "Release": {"File": "/srv/RELEASE"}, "Shutdown": {"TimeoutSeconds": 5}}
        """

    private func settings(_ text: String) throws -> Settings {
        try SettingsFile.decode(Settings.self, from: text.utf8, file: "app.json")
    }

    private func complaint(about text: String) -> String? {
        #expect(throws: ConfigurationError.self) { try settings(text) }?.description
    }

    @Test func everySettingIsRead() throws {
        let settings = try settings(whole)
        #expect(settings.service.bind == "10.0.0.1")
        #expect(settings.service.keepAlive == .seconds(90))
        #expect(settings.port(of: .user) == 6001)
        #expect(settings.gateway.timeout == .seconds(10))
        #expect(
            settings.mySQL.hosts == [
                ServerAddress(host: "10.0.0.21", port: 3306), ServerAddress(host: "10.0.0.22", port: 3306),
            ])
        #expect(settings.mySQL.login.password == "s3cret-word")
        #expect(settings.mySQL.login.tls == .required)
        #expect(settings.redis.password == Password("s3cret-key"))
        #expect(settings.probes.enabled)
        #expect(settings.logging.level == .debug)
        #expect(settings.logging.errorFile == nil)
        #expect(settings.release.file == "/srv/RELEASE")
        #expect(settings.shutdown.timeout == .seconds(5))
    }

    @Test func theGatewayFindsServicesOnItsOwnHostUnlessToldOtherwise() throws {
        let settings = try settings(whole)
        #expect(settings.upstream(of: .user) == "http://127.0.0.1:6001")
        #expect(settings.upstream(of: .order) == "http://10.0.0.9:5002")
        #expect(settings.upstream(of: .notification) == "http://127.0.0.1:5006")
    }

    @Test func probesAreOffUnlessSwitchedOn() throws {
        let settings = try settings(whole.replacing(#""Probes": {"Enabled": true},"#, with: ""))
        #expect(!settings.probes.enabled)
    }

    @Test func anUnknownKeyIsNamedWithTheOneThatWasMeant() {
        #expect(
            complaint(about: whole.replacing("\"Database\"", with: "\"Datbase\""))
                == "app.json: MySql.Datbase: unknown key; did you mean 'Database'?")
        #expect(
            complaint(about: whole.replacing("\"order\"", with: "\"orders\""))
                == "app.json: Gateway.Upstreams.orders: unknown key; did you mean 'order'?")
    }

    @Test(arguments: [
        ("\"intchain\"", "5", "app.json: MySql.Database: must be text"),
        ("true", "\"yes\"", "app.json: Probes.Enabled: must be true or false"),
        ("6001", "\"6001\"", "app.json: Services.user.Port: must be a whole number"),
        ("6001", "70000", "app.json: Services.user.Port: must be between 1 and 65535"),
        ("[\"10.0.0.31:6379\"]", "\"10.0.0.31\"", "app.json: Redis.Hosts: must be a list"),
        ("10.0.0.31:6379", "10.0.0.31:x", "app.json: Redis.Hosts: '10.0.0.31:x' is not host:port"),
        ("\"10.0.0.22\"", "7", "app.json: MySql.Hosts[1]: must be text"),
        ("\"10.0.0.22\"", "\"10.0.0.21\"", "app.json: MySql.Hosts: names a server twice"),
        ("\"User\": \"app\",", "", "app.json: MySql.User: is missing"),
        ("\"required\"", "\"on\"", "app.json: MySql.Tls.Mode: must be 'required' or 'off'"),
        (
            "http://10.0.0.9:5002", "10.0.0.9:5002",
            "app.json: Gateway.Upstreams.order: must be like http://127.0.0.1:5001, without a slash at the end"
        ),
    ]) func aWrongValueIsASentence(old: String, new: String, sentence: String) {
        #expect(complaint(about: whole.replacing(old, with: new)) == sentence)
    }

    @Test func sentinelsAreReadWhereThereAreSome() throws {
        #expect(try settings(whole).redis.sentinels == nil)
        let sentinels = #""Sentinels": {"Hosts": ["10.0.0.5", "10.0.0.31:26380"], "Name": "site", "Password": "x"}, "#
        let text = whole.replacing(#""Password": "s3cret-key""#, with: sentinels + #""Password": "s3cret-key""#)
        let read = try #require(try settings(text).redis.sentinels)
        #expect(read.hosts.map(\.description) == ["10.0.0.5:26379", "10.0.0.31:26380"] && read.name == "site")
        #expect(
            complaint(about: text.replacing(#""Name": "site", "#, with: ""))
                == "app.json: Redis.Sentinels.Name: is missing")
    }

    @Test func brokenJSONIsASentence() {
        let sentence = complaint(about: whole.replacing("\"Password\":", with: "\"Password\" oops"))
        #expect(sentence == "app.json: is not valid JSON; `jq . app.json` shows where")
    }

    @Test func aPasswordDoesNotPrintItself() throws {
        var text = ""
        dump(try settings(whole).redis, to: &text)
        #expect(!text.contains("s3cret"))
        #expect("\(Password("s3cret"))" == "***")
    }

    @Test func aMissingFileNamesWhereItLooked() {
        let error = #expect(throws: ConfigurationError.self) {
            try SettingsFile.load(Settings.self, from: "/nonexistent/app.json")
        }
        #expect(error?.description == "/nonexistent/app.json: does not exist")
    }

    @Test func migrationsNeedOnlyTheDatabase() throws {
        let text =
            #"{"MySql": {"Hosts": ["db1"], "Database": "d", "User": "u", "Password": "p", "Tls": {"Mode": "off"}}}"#
        let settings = try SettingsFile.decode(MigrationSettings.self, from: text.utf8, file: "migrate.json")
        #expect(settings.mySQL.login.tls == .off)
    }
}

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("db1", "db1:3306"), ("db1:33", "db1:33"), ("[fd00::1]:33", "[fd00::1]:33"), ("[fd00::1]", "[fd00::1]:3306"),
    ]) func anAddressHasAHostAndAPort(text: String, meaning: String) {
        #expect(ServerAddress(text, defaultPort: 3306)?.description == meaning)
    }

    @Test(arguments: ["", ":33", "db1:", "db1:0", "db1:65536", "db1:3306x", "fd00::1", "[fd00::1", "a b"])
    func anythingElseIsNone(text: String) {
        #expect(ServerAddress(text, defaultPort: 3306) == nil)
    }
}
