import Foundation
import Testing

/// The inventories, playbooks and templates that the package ships, without any host.
@Suite struct ShippedContentTests {
    static let inventories = ["production", "test", "reference"]

    /// What the shipped inventories take from the environment.
    static let secrets = Dictionary(
        uniqueKeysWithValues: [
            "MYSQL_APP_PASSWORD", "MYSQL_MIGRATE_PASSWORD", "MYSQL_REPLICATION_PASSWORD", "MYSQL_BACKUP_PASSWORD",
            "MYSQL_MONITOR_PASSWORD", "REDIS_PASSWORD",
        ].map { ("INTCHAIN_" + $0, "only-for-this-test-1") })

    private static var playbooks: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: Project.path("playbooks"))
                .filter { $0.hasSuffix(".yml") }.sorted().map { "playbooks/" + $0 }
        }
    }

    @Test(arguments: inventories)
    func everyPlaybookIsValidWith(_ inventory: String) async throws {
        let playbooks = try Self.playbooks
        #expect(playbooks.contains("playbooks/provision.yml"))
        let outcome = try await Tool.run(
            ["validate"] + playbooks + ["-i", "inventories/\(inventory).yml", "-e", "release_src=/tmp"],
            environment: Self.secrets)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("no mistakes found"))
    }

    @Test func listsTasksAsOneEventAPlay() async throws {
        let outcome = try await Tool.run([
            "apply", "playbooks/redis.yml", "-i", "inventories/test.yml", "--list-tasks", "--list-hosts", "--output",
            "jsonl",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(event["event"] as? String == "play_listed")
            #expect(event["tasks"] is [String] && event["hosts"] is [String])
        }
    }

    @Test func theWholeProjectIsValid() async throws {
        let outcome = try await Tool.run(["validate"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("inventories/production.yml"))
    }

    @Test(arguments: inventories, ["Debian", "RedHat"])
    func everyFileRendersFor(_ inventory: String, _ family: String) async throws {
        let folder = try Scratch()
        let files = try await Self.render(inventory, family, into: folder.path)
        #expect(files.contains { $0.hasSuffix("lb1/etc/nginx/nginx.conf") }, "\(files)")
        #expect(files.contains { $0.hasSuffix("/etc/mysql/my.cnf") })
        #expect(files.contains { $0.hasSuffix("/etc/redis/redis.conf") })
        #expect(files.contains { $0.hasSuffix("/etc/supervisor/conf.d/intchain-gateway.conf") })
        #expect(files.contains { $0.hasSuffix("/etc/logrotate.d/intchain") })
        #expect(files.contains { $0.hasSuffix("/opt/scripts/mysql_backup.sh") })
    }

    @Test func familiesDifferWhereTheTableOfNamesSays() async throws {
        let folder = try Scratch()
        let debian = folder.file("debian")
        let redHat = folder.file("redhat")
        let onDebian = try await Self.render("production", "Debian", into: debian)
        let onRedHat = try await Self.render("production", "RedHat", into: redHat)

        #expect(onDebian.contains("app1/etc/supervisor/supervisord.conf"))
        #expect(onRedHat.contains("app1/etc/supervisord.conf"))
        #expect(onDebian.contains("db1/etc/systemd/system/mysql.service.d/intchain.conf"))
        #expect(onRedHat.contains("db1/etc/systemd/system/mysqld.service.d/intchain.conf"))
        #expect(onRedHat.contains("redis1/etc/systemd/system/redis.service.d/intchain.conf"))

        #expect(try Self.read(debian, "lb1/etc/nginx/nginx.conf").contains("user www-data;"))
        #expect(try Self.read(redHat, "lb1/etc/nginx/nginx.conf").contains("user nginx;"))
        #expect(try Self.read(debian, "db1/etc/mysql/my.cnf").contains("/var/run/mysqld/mysqld.sock"))
        #expect(try Self.read(redHat, "db1/etc/mysql/my.cnf").contains("/var/lib/mysql/mysql.sock"))

        // The plan's own paths are the same on both.
        for path in [
            "db1/etc/mysql/my.cnf", "redis1/etc/redis/redis.conf", "app1/etc/supervisor/conf.d/intchain-gateway.conf",
        ] {
            #expect(onDebian.contains(path) && onRedHat.contains(path), "\(path)")
        }
    }

    /// Supervisor takes a single percent sign for the beginning of a reference, and refuses the file.
    /// The names of MySQL's manual, "Changes in MySQL 8.0.26" and "8.0.30": a server ends at one that it does not know.
    @Test(arguments: [("8.0.23", "slave"), ("8.0.26", "replica"), ("8.0.30", "replica"), ("9.7", "replica")])
    func settingsHaveTheNamesOfTheServersVersion(_ version: String, _ replica: String) async throws {
        let folder = try Scratch()
        let more = ["-e", "mysql_version=\(version)", "-e", "mysql_semisync=consistency"]
        _ = try await Self.render("production", "Debian", into: folder.path, more: more)
        let settings = try Self.read(folder.path, "db1/etc/mysql/my.cnf")
        let source = replica == "slave" ? "master" : "source"
        for line in [
            "log_\(replica)_updates = ON", "skip_\(replica)_start = ON", "\(replica)_net_timeout = 10",
            "\(replica)_preserve_commit_order = ON", "plugin_load_add = semisync_\(source).so",
            "loose_rpl_semi_sync_\(source)_timeout",
        ] { #expect(settings.contains("\n\(line)"), "\(line)") }
        let hasRedoLogFiles = version == "8.0.23" || version == "8.0.26"
        #expect(settings.contains("\ninnodb_log_file_size = 1024M\n") == hasRedoLogFiles)
        #expect(settings.contains("\ninnodb_redo_log_capacity = 2048M\n") == !hasRedoLogFiles)
        #expect(settings.contains("_parallel_type = LOGICAL_CLOCK") == hasRedoLogFiles)
        let backup = try Self.read(folder.path, "db1/opt/scripts/mysql_backup.sh")
        #expect(backup.contains("--\(source)-data=2"))
    }

    @Test func percentSignsReachTheServicesEnvironment() async throws {
        let folder = try Scratch()
        _ = try await Self.render(
            "production", "Debian", into: folder.path, more: ["-e", "{service_environment: {SHARE: 5%}}"])
        let program = try Self.read(folder.path, "app1/etc/supervisor/conf.d/intchain-gateway.conf")
        #expect(program.contains(",SHARE=\"5%%\"\n"), "\(program)")
    }

    @Test func renderedFilesAreForTheirOwnerOnly() async throws {
        let folder = try Scratch()
        let files = try await Self.render("production", "Debian", into: folder.file("out"))
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("out/" + file))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }

    /// Renders what provisioning writes.
    /// - Returns: the files' paths within the folder.
    private static func render(
        _ inventory: String, _ family: String, into folder: String, more: [String] = []
    ) async throws -> [String] {
        let outcome = try await Tool.run(
            [
                "render", "playbooks/provision.yml", folder, "-i", "inventories/\(inventory).yml", "--os-family",
                family,
            ] + more, environment: secrets)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let found = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return found.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    private static func read(_ folder: String, _ path: String) throws -> String {
        try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }
}
