import Foundation
import Testing

extension OnTheLab {
    /// Migrations that do not go well, in rollouts and by themselves, while clients read and write.
    @Suite(.enabled(if: Release.isPacked, Release.reason)) struct Migrations {
        @Test func oneThatFailsHalfWaySwitchesNothingAndTheNextDeployGoesOn() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            try next.write(
                "release/migrations/0002_half.sql",
                """
                -- phase: expand
                CREATE TABLE test_half (id INT PRIMARY KEY);
                ALTER TABLE test_missing ADD COLUMN note INT NULL, ALGORITHM=INSTANT;
                CREATE TABLE test_whole (id INT PRIMARY KEY);
                """)
            try await Self.cleaningUp {
                let failed = try await TestLab.tool("deploy", next.file("release"))
                #expect(failed.code == 2, "\(failed.text)")
                #expect(failed.text.contains("0002_half.sql:3: statement 2 of 3 failed and took no effect"))
                #expect(failed.text.contains("applied: statement 1 of 0002_half.sql"), "\(failed.text)")
                #expect(failed.text.contains("not applied: statements 2 to 3 of 0002_half.sql"), "\(failed.text)")
                #expect(try await Release.live() == before)
                #expect(try await Self.tables() == ["test_half"])

                try await Self.sql("CREATE TABLE test_missing (id INT PRIMARY KEY)")
                let again = try await TestLab.tool("deploy", next.file("release"))
                #expect(again.code == 0, "\(again.text)")
                #expect(again.text.contains("1 migration applied"), "\(again.text)")
                #expect(try await Self.tables() == ["test_half", "test_missing", "test_whole"])
                let rollback = try await TestLab.tool("rollback")
                #expect(rollback.code == 0, "\(rollback.text)")
            }
            #expect(try await Release.live() == before)
        }

        @Test func oneThatWaitsForALockGivesUpSoonSaysWhoHoldsItAndGoesOnLater() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            let statement = """
                -- phase: expand
                -- lock-wait: 1s
                ALTER TABLE test_busy ADD COLUMN note INT NULL, ALGORITHM=INSTANT;
                """
            try next.write("release/migrations/0002_busy.sql", statement)
            try await Self.cleaningUp {
                try await Self.sql("CREATE TABLE test_busy (id INT PRIMARY KEY)")
                let primary = try await DatabaseRoles().primary
                try await TestLab.run(
                    primary,
                    """
                    setsid mysql intchain -e 'START TRANSACTION; SELECT * FROM test_busy; DO SLEEP(60)' \
                    >/dev/null 2>&1 </dev/null & sleep 2
                    """)
                let failed = try await TestLab.tool("deploy", next.file("release"))
                let blocker = try await Self.sql(
                    "SELECT id FROM performance_schema.processlist WHERE info = 'DO SLEEP(60)'")
                try await Self.sql("KILL \(blocker)")
                #expect(failed.code == 2, "\(failed.text)")
                let findings = [
                    "waiting for a lock", "0002_busy.sql:3: statement 1 of 1 failed", "a lock is held by connection",
                    "on test_busy",
                ]
                for text in findings { #expect(failed.text.contains(text), "\(text) is not in \(failed.text)") }
                #expect(try await Release.live() == before)
                let undone = try await TestLab.tool("abort")
                #expect(undone.code == 0, "\(undone.text)")
                let again = try await Self.migrate(["0002_busy.sql": statement])
                #expect(again.code == 0, "\(again.text)")
                #expect(again.output.contains(#""applied":1"#), "\(again.text)")
            }
            #expect(try await Release.live() == before)
        }

        /// The server goes on with a statement, or takes it back, as it likes; the next run finds out.
        @Test func oneThatIsKilledInAStatementIsFoundOutAbout() async throws {
            try await Self.cleaningUp {
                let files = [
                    "0002_killed.sql": """
                    -- phase: expand
                    CREATE TABLE test_killed (id INT PRIMARY KEY AUTO_INCREMENT, slept INT);
                    INSERT INTO test_killed (slept) SELECT SLEEP(0.5) FROM information_schema.columns LIMIT 8;
                    CREATE TABLE test_slow (id INT PRIMARY KEY) AS SELECT id, SLEEP(0.5) AS slept FROM test_killed;
                    """
                ]
                for statement in [2, 3] {
                    async let run = Self.migrate(files)
                    let begun = try await eventually(within: .seconds(20), every: .milliseconds(50)) {
                        try await Self.sql(
                            "SELECT state FROM schema_migration_steps WHERE version = 2 AND statement = \(statement)")
                            == "begun"
                    }
                    #expect(begun != nil)
                    try await TestLab.run("app1", "pkill -9 -f '[i]ntchain-service migrate'")
                    let killed = try await run
                    #expect(killed.code != 0, "\(killed.text)")
                }
                let last = try await Self.migrate(files)
                #expect(last.code == 0, "\(last.text)")
                #expect(last.output.contains("had taken effect") || last.output.contains("had no effect"))
                #expect(try await Self.sql("SELECT COUNT(*) FROM test_killed") == "8", "\(last.text)")
                #expect(try await Self.sql("SELECT COUNT(*) FROM test_slow") == "8", "\(last.text)")
            }
        }

        @Test func whatTakesAwayIsRefusedInTheRolloutThatBringsItAndTheReasonIsGiven() async throws {
            let before = try await Release.live()
            let next = try Release.another()
            try next.write("release/migrations/0002_less.sql", "-- phase: contract\nDROP TABLE test_less;\n")
            try await Self.cleaningUp {
                try await Self.sql("CREATE TABLE test_less (id INT PRIMARY KEY)")
                let refused = try await TestLab.tool("deploy", next.file("release"))
                #expect(refused.code == 2, "\(refused.text)")
                #expect(refused.text.contains("0002_less.sql: takes something away"), "\(refused.text)")
                #expect(refused.text.contains("--allow-contract"), "\(refused.text)")
                #expect(try await Self.tables() == ["test_less"])
                #expect(try await Release.live() == before)

                let held = try await TestLab.tool("deploy", next.file("release"), more: ["--hold-contract"])
                #expect(held.code == 0, "\(held.text)")
                #expect(try await Self.tables() == ["test_less"])
                let planned = try await TestLab.tool("migrate", more: ["--plan"])
                #expect(planned.code == 0, "\(planned.text)")
                #expect(planned.text.contains("DROP TABLE test_less;"), "\(planned.text)")
                #expect(try await Self.tables() == ["test_less"])
                let migrated = try await TestLab.tool("migrate")
                #expect(migrated.code == 0, "\(migrated.text)")
                #expect(try await Self.tables() == [])
                // It can't live without what was taken away.
                let barred = try await TestLab.tool("rollback")
                #expect(barred.code == 2, "\(barred.text)")
                #expect(barred.text.contains("does not fit the database"), "\(barred.text)")
                #expect(try await Release.live() != before)
                // The database forgets it again, so that the release before can come back.
                try await Self.sql("DELETE FROM schema_migrations WHERE version > 1")
                #expect(try await TestLab.tool("rollback").code == 0)
            }
            #expect(try await Release.live() == before)
        }
    }
}

extension OnTheLab.Migrations {
    @discardableResult
    static func sql(_ statement: String) async throws -> String {
        try await TestLab.run(try await DatabaseRoles().primary, "mysql -N -B intchain -e \"\(statement)\"")
    }

    static func tables() async throws -> [String] {
        try await sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'intchain' "
                + "AND table_name LIKE 'test\\_%' ORDER BY 1"
        ).split(separator: "\n").map(String.init)
    }

    /// The live release's program on app1 with its own migrations and more, as its account.
    private static func migrate(_ files: [String: String]) async throws -> Outcome {
        let folder = "/run/test-migrations"
        var script = "rm -rf \(folder); cp -r /app/intchain/current/migrations \(folder); cd \(folder)\n"
        for (name, text) in files { script += "cat >\(name) <<'SQL'\n\(text)\nSQL\n" }
        script += """
            chmod -R a+rX \(folder)
            runuser -u intchain-migrate -- /app/intchain/current/bin/intchain-service migrate \
            --config /app/intchain/shared/migrate.json --directory \(folder)
            """
        return try await TestLab.shell("app1", script)
    }

    /// Clients notice nothing, and afterwards the database has never heard of the test's migrations, whatever became of
    /// them.
    static func cleaningUp(_ body: () async throws -> Void) async throws {
        let outcome: Result<Void, any Error>
        do {
            let (_, report) = try await Traffic(reads: 60, writes: 20).during(body)
            report.expectNoFailure()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for table in try await tables() { try await sql("DROP TABLE \(table)") }
        try await sql(
            "DELETE FROM schema_migrations WHERE version > 1; DELETE FROM schema_migration_steps WHERE version > 1")
        try outcome.get()
    }
}
