import Modules
import OrderedCollections
import Remote
import Synchronization
import Testing
import YAML

@testable import Databases

/// What is taken back when a change of places fails half way.
@Suite struct UndoTests {
    // MARK: Redis

    /// A primary whose hand-over ends when it is aborted, or by itself at that very moment.
    /// - Parameters:
    ///   - looks: for how many looks it is a replica first.
    ///   - heir: what the other server then is.
    private static func redis(
        endsAs role: String, after looks: Int = 0, heir: String = "role:master"
    ) throws -> (host: ShellHost, settings: RedisSettings) {
        let host = try ShellHost(programs: [
            "redis-cli": """
            case "$*" in *10.0.0.2*) printf '\(heir)\\r\\n'; exit;; esac
            case $(cat) in
            *ABORT*) cat "$here/role" >"$here/role-at-abort"; echo OK; : >"$here/aborted";;
            *FAILOVER*) echo OK;;
            *) if [ -e "$here/aborted" ] && echo >>"$here/looks" && [ "$(wc -l <"$here/looks")" -le \(looks) ]; then
            printf 'role:slave\\r\\nmaster_failover_state:failover-in-progress\\r\\n'
            elif [ -e "$here/aborted" ]; then printf '\(role)\\r\\nmaster_failover_state:no-failover\\r\\n'
            else printf 'role:master\\r\\nmaster_failover_state:waiting-for-sync\\r\\n'; fi;;
            esac
            """
        ])
        try host.write("role", "# primary\n")
        let values: [String: Value] = [
            "servers": servers("redis"), "role_file": .string(host.folder + "/role"), "planned": true,
        ]
        let spec = RedisFailoverModule.spec
        return (host, try RedisSettings(try Arguments(values, for: spec), in: context))
    }

    private static func handOver(_ settings: RedisSettings) throws -> Fragment {
        RedisScripts(settings: settings).handOver(
            from: try settings.peer("redis1"), to: try settings.peer("redis2"), within: 0)
    }

    @Test func aHandOverThatDoesNotEndIsAbortedBeforeTheRoleIsTakenBack() async throws {
        let (host, settings) = try Self.redis(endsAs: "role:master")
        let reply = try await host.run(Self.handOver(settings))
        #expect(reply.status == 3, "\(reply.errors)")
        #expect(reply.errors.contains("the failover did not end; the old primary takes writes again"))
        #expect(host.read("role-at-abort") == "replicaof 10.0.0.2 6379\n")
        #expect(host.read("role") == "# primary\n")
    }

    @Test func aHandOverThatEndedWhileItWasAbortedHolds() async throws {
        let (host, settings) = try Self.redis(endsAs: "role:slave")
        let reply = try await host.run(Self.handOver(settings))
        #expect(reply.succeeded, "\(reply.errors)")
        #expect(host.read("role") == "replicaof 10.0.0.2 6379\n")
    }

    @Test func aServerThatWasStartedAnewMeanwhileHasHandedNothingOver() async throws {
        let (host, settings) = try Self.redis(endsAs: "role:slave", heir: "role:slave")
        let reply = try await host.run(Self.handOver(settings))
        #expect(reply.status == 5, "\(reply.errors)")
        #expect(reply.errors.contains("redis2 is no primary"), "\(reply.errors)")
        #expect(host.read("role") == "replicaof 10.0.0.2 6379\n")
    }

    @Test func anHeirThatRefusesLeavesThePrimaryAsItWas() async throws {
        let (host, settings) = try Self.redis(endsAs: "role:master", after: 2, heir: "role:slave")
        let reply = try await host.run(Self.handOver(settings))
        #expect(reply.status == 3, "\(reply.errors)")
        #expect(reply.errors.contains("redis2 did not take the writes over; the old primary takes writes again"))
        #expect(host.read("role") == "# primary\n")
    }

    /// A server that was just started, and reads its data while it is first asked to follow.
    @Test func aServerThatStillLoadsFollowsWhenItHasLoaded() async throws {
        let host = try ShellHost(programs: [
            "redis-cli": """
            case $(cat) in
            *REPLICAOF*) echo >>"$here/asked"
            if [ "$(wc -l <"$here/asked")" -gt 2 ]; then echo OK; else echo '(error) LOADING Redis is loading the dataset'; fi;;
            *) printf 'role:slave\\r\\nmaster_host:10.0.0.1\\r\\nmaster_link_status:up\\r\\n';;
            esac
            """
        ])
        let values: [String: Value] = [
            "servers": Self.servers("redis"), "role_file": .string(host.folder + "/role"), "planned": true,
        ]
        let settings = try RedisSettings(try Arguments(values, for: RedisFailoverModule.spec), in: Self.context)
        try host.write("role", "# primary\n")
        let fragment = RedisScripts(settings: settings).follow(
            try settings.peer("redis1"), on: try settings.peer("redis2"), within: 10)
        let reply = try await host.run(fragment)
        #expect(reply.succeeded, "\(reply.errors)")
        #expect(host.read("asked").count == 3 && host.read("role") == "replicaof 10.0.0.1 6379\n")
    }

    // MARK: MySQL

    private static func undo(failingOn broken: Set<String>) async -> (text: String, made: [String]) {
        let made = Mutex<[String]>([])
        let undo = SwitchoverUndo(
            from: "db1", to: "db2", withdraw: Change("replicate again", by: .changes(":")),
            reopen: Change("take writes", by: .changes(":")))
        let failure = await undo.run(after: ModuleFailure("db2: it failed")) { change, name in
            made.withLock { $0.append("\(name): \(change.summary)") }
            if broken.contains(name) { throw ModuleFailure("no room") }
        }
        return ("\(failure)", made.withLock { $0 })
    }

    @Test func theSuccessorIsAReplicaAgainBeforeTheOldPrimaryOpens() async {
        let (text, made) = await Self.undo(failingOn: [])
        #expect(made == ["db2: replicate again", "db1: take writes"])
        #expect(text.hasSuffix("db1 takes writes again; nothing else was changed"), "\(text)")
    }

    @Test func whatCouldNotBeTakenBackIsTold() async {
        let (text, made) = await Self.undo(failingOn: ["db2"])
        #expect(made.count == 2)
        #expect(text.contains("db2 does not replicate as before: no room"), "\(text)")
        #expect(text.contains("db1 takes writes again; then: intchainctl db rejoin db2"), "\(text)")
        let both = await Self.undo(failingOn: ["db1", "db2"]).text
        #expect(both.contains("db2 does not replicate") && both.contains("db1 could not be opened again"), "\(both)")
    }

    private static func scripts(_ host: ShellHost) throws -> SwitchScripts {
        let values: [String: Value] = [
            "servers": servers("db"), "epoch_file": .string(host.folder + "/epoch"), "replication_user": "repl",
            "replication_password": "secret",
        ]
        let settings = try MySQLSettings(try Arguments(values, for: MySQLSwitchoverModule.spec), in: context)
        return SwitchScripts(settings: settings, dialect: MySQLDialect(version: MySQLVersion(9, 7, 4)))
    }

    @Test func theSuccessorsEpochIsAsBeforeAndItReplicates() async throws {
        let host = try ShellHost(programs: ["mysql": "cat >>\"$here/sql\""])
        try host.write("epoch", Epoch(number: 2, primary: "db2").text)
        let before = Epoch(number: 1, primary: "db1")
        let reply = try await host.run(try Self.scripts(host).withdraw(before).fragment)
        #expect(reply.succeeded, "\(reply.errors)")
        #expect(host.read("epoch") == before.text)
        #expect(host.read("sql").contains("START REPLICA"), "\(host.read("sql"))")
        // Without one it had none.
        #expect(try await host.run(try Self.scripts(host).withdraw(nil).fragment).succeeded)
        #expect(host.read("epoch").isEmpty)
    }

    @Test func eachStepBackIsTakenWhateverBecomesOfTheOther() async throws {
        let host = try ShellHost(programs: ["mysql": "exit 1"])
        let before = Epoch(number: 1, primary: "db1")
        let reply = try await host.run(try Self.scripts(host).withdraw(before).fragment)
        #expect(!reply.succeeded && host.read("epoch") == before.text, "\(reply.errors)")
    }

    // MARK: Accounts

    @Test func anAccountThatCannotBeReadEndsTheFilling() async throws {
        let host = try ShellHost(programs: [
            "there": "case \"$*\" in *guest*) echo refused >&2; exit 1;; *) echo \"CREATE USER app\";; esac"
        ])
        func copy(_ accounts: String) async throws -> Reply {
            try host.write("accounts", accounts)
            return try await host.run(
                .reads("set -e\nwork=\(host.folder)\n{ \(Dumping.accounts(from: "there")); }\necho filled"))
        }
        let whole = try await copy("'app'@'%'\n")
        #expect(whole.output == "DROP USER IF EXISTS 'app'@'%';\nCREATE USER app;\nfilled\n", "\(whole.output)")
        let lacking = try await copy("'guest'@'%'\n'app'@'%'\n")
        #expect(!lacking.succeeded && !lacking.output.contains("filled"), "\(lacking.output)")
    }

    // MARK: Settings

    private static func servers(_ kind: String) -> Value {
        .list([1, 2].map { .map(["name": .string("\(kind)\($0)"), "address": .string("10.0.0.\($0)")]) })
    }

    private static let context = ModuleContext(
        host: "db1", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { .string($0) })
}
