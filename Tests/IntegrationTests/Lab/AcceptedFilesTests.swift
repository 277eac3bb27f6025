import Foundation
import Testing

extension OnTheLab {
    /// The real programs accept what was rendered for them.
    @Suite struct AcceptedFiles {
        @Test func nginxAcceptsItsConfiguration() async throws {
            let outcome = try await TestLab.shell("lb1", "nginx -t")
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("test is successful"))
            #expect(!outcome.errors.contains("[warn]"), "\(outcome.errors)")
        }

        @Test(arguments: ["db1", "db2"])
        func mySQLAcceptsItsSettings(_ host: String) async throws {
            let outcome = try await TestLab.shell(
                host, "mysqld --defaults-file=/etc/mysql/my.cnf --validate-config --log-error-verbosity=2")
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(!outcome.text.contains("[ERROR]"), "\(outcome.text)")
        }

        @Test(arguments: ["redis1", "redis2"])
        func redisRunsWithItsSettings(_ host: String) async throws {
            #expect(try await TestLab.run(host, Redis.command("PING")) == "PONG")
            #expect(try await TestLab.run(host, Redis.command("CONFIG GET appendonly")) == "appendonly\nyes")
            #expect(try await TestLab.run(host, Redis.command("CONFIG GET maxmemory-policy")).hasSuffix("noeviction"))
        }

        @Test(arguments: ["app1", "app2"])
        func supervisorHasNoUpdatesToRead(_ host: String) async throws {
            #expect(try await TestLab.run(host, "supervisorctl reread") == "No config updates to processes")
            let running = try await TestLab.run(host, "supervisorctl status | grep -c RUNNING")
            #expect(running == "7")
        }

        @Test(arguments: TestLab.hosts)
        func logrotateAcceptsItsRules(_ host: String) async throws {
            let outcome = try await TestLab.shell(host, "logrotate -d /etc/logrotate.d/intchain")
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(!outcome.text.contains("error:"), "\(outcome.text)")
        }

        @Test(arguments: TestLab.hosts)
        func theFirewallsRulesAreValidAndLoaded(_ host: String) async throws {
            try await TestLab.run(host, "nft -c -f /etc/intchain/firewall.nft")
            #expect(try await TestLab.run(host, "nft list ruleset").contains("policy drop"))
        }

        @Test(arguments: TestLab.hosts)
        func sshdIsUnaffected(_ host: String) async throws {
            try await TestLab.run(host, "sshd -t && systemctl is-active ssh.service ssh.socket | grep -qx active")
        }

        @Test func theBackupScriptIsValidShell() async throws {
            try await TestLab.run("db2", "bash -n /opt/scripts/mysql_backup.sh")
            #expect(try await TestLab.run("db2", "crontab -l").contains("0 2 * * * /opt/scripts/mysql_backup.sh"))
        }

        @Test func dockerComposeAcceptsItsFile() async throws {
            let folder = try Scratch()
            let rendered = try await TestLab.tool(
                "render", "playbooks/app.yml", folder.path, more: ["-e", "deploy_method=compose"])
            try #require(rendered.code == 0, "\(rendered.errors)")
            let file = try Data(contentsOf: URL(filePath: folder.file("app1/app/intchain/compose.yml")))

            // Only the program is unpacked: the host's packages stay as they are.
            let scratch = "/tmp/compose-test"
            try await TestLab.run("app1", "mkdir -p \(scratch)")
            let unpacked = try await TestLab.shell(
                "app1", "cd \(scratch) && apt-get download -qq docker-compose && dpkg-deb -x docker-compose_*.deb .")
            try await TestLab.run(
                "app1", "echo \(file.base64EncodedString()) | base64 -d > \(scratch)/compose.yml")
            let outcome = try await TestLab.shell(
                "app1",
                """
                cd \(scratch) && program=$(find . -type f -name docker-compose -perm -100 | head -n 1)
                "$program" -f compose.yml config --services && exit 9
                printf 'INTCHAIN_USER=%s:%s\\n' "$(id -u intchain)" "$(id -g intchain)" > .env
                "$program" -f compose.yml config --services | sort | tr '\\n' ' '
                "$program" -f compose.yml config | grep -c "user: $(id -u intchain):$(id -g intchain)"
                "$program" -f compose.yml config | grep -A 2 'source: /app/intchain/current$' | grep -c 'read_only: true'
                """)
            try await TestLab.run("app1", "rm -rf \(scratch)")
            try #require(unpacked.code == 0, "\(unpacked.text)")
            #expect(outcome.code == 0, "\(outcome.text)")
            #expect(
                outcome.errors.contains("INTCHAIN_USER is missing a value: is in /app/intchain/.env"), "\(outcome.text)"
            )
            // Each of the seven has the live release, and runs as the services' account.
            #expect(
                outcome.output == "approval gateway inventory logistics notification order user 7\n7\n",
                "\(outcome.text)")
        }
    }
}
