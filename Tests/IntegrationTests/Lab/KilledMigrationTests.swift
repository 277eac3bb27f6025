import Foundation
import Testing

extension OnTheLab.Migrations {
    /// The tool dies while the database is changed. What a host has begun goes on, and nobody does it twice.
    @Test(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"), arguments: ["resume", "abort"])
    func killedWhileItMigratesEverythingIsMadeOnceWhoeverEndsTheRollout(verb: String) async throws {
        let before = try await Release.live()
        var reached: [String] = []
        for delay in [0, 0.1, 0.3, 0.8, 1.5, 2.2] {
            try await Self.cleaningUp {
                let next = try Self.slowlyMigrating()
                let moment = KilledTool.Moment.after("Migrate the database, once", by: .seconds(delay))
                let killed = try await KilledTool.run(["deploy", next.file("release")], at: moment)
                #expect(killed, "it was over after \(delay) s")
                reached.append(try await Self.progress())
                try await Release.expectWhole()

                let ended = try await KilledTool.end(verb)
                #expect(ended.code == 0, "after \(delay) s: \(ended.text)")
                let after = try await Release.live()
                #expect((after == before) == (verb == "abort"), "after \(delay) s: \(ended.text)")
                if after == before {
                    let again = try await TestLab.tool("deploy", next.file("release"))
                    #expect(again.code == 0, "after \(delay) s: \(again.text)")
                }
                #expect(try await Self.tables() == ["test_after", "test_killed"], "after \(delay) s")
                #expect(try await Self.sql("SELECT COUNT(*) FROM test_killed") == "8", "after \(delay) s")
                #expect(try await Set(Release.live().values).count == 1)
                let rollback = try await TestLab.tool("rollback")
                #expect(rollback.code == 0, "\(rollback.text)")
            }
            #expect(try await Release.live() == before, "after \(delay) s")
        }
        print("killed while it migrated, then \(verb): statements \(reached.joined(separator: ", "))")
        #expect(reached.contains("2 begun"), "\(reached)")
    }

    /// A release with a migration of three statements, of which the second takes two seconds.
    private static func slowlyMigrating() throws -> Scratch {
        let next = try Release.another()
        try next.write(
            "release/migrations/0002_killed.sql",
            """
            -- phase: expand
            CREATE TABLE test_killed (id INT PRIMARY KEY AUTO_INCREMENT, slept INT);
            INSERT INTO test_killed (slept) SELECT SLEEP(0.25) FROM information_schema.columns LIMIT 8;
            CREATE TABLE test_after (id INT PRIMARY KEY);
            """)
        return next
    }

    /// The statement that was begun last, and what became of it.
    private static func progress() async throws -> String {
        let steps = try await sql(
            "SELECT CONCAT(statement, ' ', state) FROM schema_migration_steps WHERE version = 2 "
                + "ORDER BY statement DESC LIMIT 1")
        return steps.isEmpty ? "none" : steps
    }
}
