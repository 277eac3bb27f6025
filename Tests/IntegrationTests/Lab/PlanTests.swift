import Testing
import YAML

extension OnTheLab {
    /// A saved plan is made exactly, or not at all.
    @Suite struct Plans {
        private static let rules = "/etc/logrotate.d/intchain"

        @Test func aSavedPlanIsMadeExactlyOrNotAtAll() async throws {
            let folder = try Scratch()
            let file = folder.file("site.plan")
            let saved = try await TestLab.tool(
                "plan", "playbooks/provision.yml", more: ["-e", "backup_minute=17", "--save", file, "--exit-code"])
            #expect(saved.code == 3, "\(saved.text)")

            try await TestLab.run("app2", "echo '# by hand' >> \(Self.rules)")
            let refused = try await Tool.run(["apply", file])
            #expect(refused.code == 65, "\(refused.text)")
            #expect(refused.errors.contains("app2: Rotate the logs"), "\(refused.errors)")
            #expect(try await TestLab.run("app2", "tail -n 1 \(Self.rules)") == "# by hand")
            #expect(try await !backsUpAt17("db1"))

            try await TestLab.run("app2", "sed -i '/^# by hand$/d' \(Self.rules)")
            let applied = try await Tool.run(["apply", file, "--output", "json"])
            #expect(applied.code == 0, "\(applied.text)")
            #expect(try applied.changes() == TestLab.unchanged.merging(["db1": 1, "db2": 1]) { $1 })
            #expect(try await backsUpAt17("db1"))

            let again = try await Tool.run(["apply", file, "--output", "json"])
            #expect(again.code == 0, "\(again.text)")
            #expect(try again.changes() == TestLab.unchanged)
            #expect(again.errors.contains("made already"), "\(again.errors)")

            let repair = try await TestLab.provision()
            #expect(repair.code == 0, "\(repair.text)")
        }

        private func backsUpAt17(_ host: String) async throws -> Bool {
            try await TestLab.run(host, "crontab -l").contains("17 2 * * * /opt/scripts/mysql_backup.sh")
        }

        @Test func driftNamesAFileThatWasChangedByHand() async throws {
            let clean = try await TestLab.tool("drift")
            #expect(clean.code == 0, "\(clean.text)")
            try await TestLab.run("db1", "echo '# by hand' >> \(Self.rules)")
            let found = try await TestLab.tool("drift", more: ["--output", "json"])
            #expect(found.code == 3, "\(found.text)")
            let tasks = try found.document().list?.flatMap { $0["tasks"]?.list ?? [] } ?? []
            #expect(tasks.map { $0["host"]?.string } == ["db1"], "\(found.output)")
            #expect(tasks.first?["task"]?.string == "Rotate the logs")
            let repair = try await TestLab.tool("apply", "playbooks/base.yml", more: ["--limit", "db1"])
            #expect(repair.code == 0, "\(repair.text)")
        }
    }
}
