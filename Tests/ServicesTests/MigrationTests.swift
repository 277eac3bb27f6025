import FoundationEssentials
import Testing

@testable import Services

@Suite struct MigrationTests {
    private func migrations(_ names: String...) throws -> [Migration] {
        try [Migration](files: Dictionary(uniqueKeysWithValues: names.map { ($0, "-- phase: expand\nSELECT 1;") }))
    }

    private func applied(_ migrations: some Sequence<Migration>) -> [AppliedMigration] {
        migrations.map { AppliedMigration(version: $0.version, checksum: $0.checksum) }
    }

    @Test func aFileHasANumberANameAndAPhase() throws {
        let migration = try Migration(file: "0012_add_roles.sql", text: "-- Why.\n-- phase: contract\n\nA; B;\n")
        #expect(migration.version == 12)
        #expect(migration.name == "add_roles")
        #expect(migration.phase == .contract)
        #expect(migration.statements.map(\.text) == ["A", "B"])
        #expect(migration.file == "0012_add_roles.sql")
    }

    /// The oracle is `sha256sum` of the file.
    @Test func theChecksumIsTheFiles() throws {
        let migration = try Migration(file: "0001_a.sql", text: "-- phase: expand\nSELECT 1;\n")
        #expect(migration.checksum == "b5c91087ec2fb6a0505f7c2233f739d1b45abdce1d986e0bc303e793c276f4c9")
    }

    @Test(arguments: ["1_a.sql", "0001_a.SQL", "0000_a.sql", "0001.sql", "0001_.sql", "a.sql", "00x1_a.sql"])
    func anotherNameIsRefused(file: String) {
        #expect(throws: MigrationError.badFile(file, "must be named like 0001_name.sql")) {
            try Migration(file: file, text: "-- phase: expand\nA;")
        }
    }

    @Test func aMarkBeforeTheTextIsPassedOver() throws {
        let text = "\u{FEFF}-- phase: expand\nSELECT 1;\n"
        let migration = try Migration(file: "0001_a.sql", text: text)
        #expect(migration.statements.map(\.text) == ["SELECT 1"])
        #expect(try migration.checksum != Migration(file: "0001_a.sql", text: String(text.dropFirst())).checksum)
    }

    @Test func aFileWhoseNameEndsOtherwiseIsNotPassedOver() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "migrations-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("-- phase: expand\nSELECT 1;\n".utf8).write(to: folder.appendingPathComponent("0001_a.SQL"))
        #expect(throws: MigrationError.badFile("0001_a.SQL", "must be named like 0001_name.sql")) {
            try MigrationDirectory.load(folder.path)
        }
    }

    @Test func aFileWithoutAPhaseIsRefused() {
        let error = #expect(throws: MigrationError.self) {
            try Migration(file: "0001_a.sql", text: "A; -- phase: expand")
        }
        #expect(error?.description.hasPrefix("0001_a.sql: has no line '-- phase: expand'") == true)
    }

    @Test func aGapInTheNumbersIsRefused() {
        #expect(throws: MigrationError.badFile("0003_c.sql", "comes after a gap: there is no 0002")) {
            try migrations("0001_a.sql", "0003_c.sql")
        }
        #expect(throws: MigrationError.badFile("0001_b.sql", "has the same number as another file")) {
            try migrations("0001_a.sql", "0001_b.sql")
        }
    }

    @Test func onlyWhatTheDatabaseHasNotHadIsPending() throws {
        let files = try migrations("0001_a.sql", "0002_b.sql", "0003_c.sql")
        let plan = try MigrationPlan(files: files, applied: applied(files.prefix(2)))
        #expect(plan.pending.map(\.migration.version) == [3])
        #expect(plan.current == 2)
    }

    @Test func anOlderReleaseOnANewerDatabaseHasNothingToDo() throws {
        let files = try migrations("0001_a.sql", "0002_b.sql")
        let plan = try MigrationPlan(files: Array(files.prefix(1)), applied: applied(files))
        #expect(plan.pending.isEmpty)
        #expect(plan.current == 2)
    }

    @Test func aFileChangedAfterItWasAppliedIsRefused() throws {
        let files = try migrations("0001_a.sql")
        #expect(throws: MigrationError.changed(file: "0001_a.sql")) {
            try MigrationPlan(files: files, applied: [AppliedMigration(version: 1, checksum: "other")])
        }
    }

    @Test func aFileThatWasPassedOverIsRefused() throws {
        let files = try migrations("0001_a.sql", "0002_b.sql")
        #expect(throws: MigrationError.skipped(file: "0001_a.sql", current: "0002")) {
            try MigrationPlan(files: files, applied: applied(files.suffix(1)))
        }
    }

    @Test func aFileMayWaitForLocksAndSayWhyItStandsStill() throws {
        let file = try Migration(
            file: "0001_a.sql",
            text: "-- phase: expand\n-- lock-wait: 20s\n-- offline: the table is empty\nALTER TABLE a ADD b INT;")
        #expect(file.lockWait == .seconds(20))
        #expect(throws: MigrationError.badFile("0001_a.sql", "'-- lock-wait: soon' is no time like 20s")) {
            try Migration(file: "0001_a.sql", text: "-- phase: expand\n-- lock-wait: soon\nA;")
        }
        #expect(throws: MigrationError.badFile("0001_a.sql", "says '-- offline:' but not why")) {
            try Migration(file: "0001_a.sql", text: "-- phase: expand\n-- offline:\nA;")
        }
    }

    private func contracting() throws -> MigrationPlan {
        let files = try [Migration](files: [
            "0001_a.sql": "-- phase: expand\nSELECT 1;", "0002_b.sql": "-- phase: expand\nSELECT 2;",
            "0003_c.sql": "-- phase: contract\nDROP TABLE c;",
        ])
        return try MigrationPlan(files: files, applied: applied(files.prefix(1)))
    }

    @Test func whatTakesAwayIsRefusedUntilTheLiveReleaseBringsItItself() throws {
        let plan = try contracting()
        for live in [nil, 0, 2] {
            let error = #expect(throws: MigrationError.self) { try plan.obeying(.refuse, liveLevel: live) }
            #expect(error == .contract(file: "0003_c.sql", liveLevel: live))
        }
        #expect(try plan.obeying(.refuse, liveLevel: 3) == plan)
        #expect(try plan.obeying(.allow, liveLevel: nil) == plan)
    }

    @Test func whatTakesAwayCanBeLeftForLater() throws {
        let plan = try contracting().obeying(.hold, liveLevel: 2)
        #expect(plan.pending.map(\.migration.version) == [2])
        #expect(plan.held.map(\.version) == [3])
    }

    @Test func nothingGoesPastWhatIsLeftForLater() throws {
        let files = try [Migration](files: [
            "0001_a.sql": "-- phase: expand\nSELECT 1;", "0002_b.sql": "-- phase: contract\nDROP TABLE b;",
            "0003_c.sql": "-- phase: expand\nSELECT 3;",
        ])
        let plan = try MigrationPlan(files: files, applied: applied(files.prefix(1)))
        #expect(throws: MigrationError.heldBefore(file: "0003_c.sql", held: "0002_b.sql")) {
            try plan.obeying(.hold, liveLevel: 1)
        }
    }

    @Test func aNewDatabaseHasNothingToLose() throws {
        let files = try [Migration](files: ["0001_a.sql": "-- phase: contract\nDROP TABLE IF EXISTS old;"])
        let plan = try MigrationPlan(files: files, applied: [])
        #expect(try plan.obeying(.refuse, liveLevel: nil) == plan)
    }

    @Test func whatWasBegunIsGoneOnWith() throws {
        let files = try [Migration](files: ["0001_a.sql": "-- phase: expand\nSELECT 1;\nSELECT 2;\nSELECT 3;"])
        let checksums = files[0].statements.map(\.checksum)
        let steps = [
            MigrationStep(id: StatementID(version: 1, statement: 1), checksum: checksums[0], state: .done),
            MigrationStep(id: StatementID(version: 1, statement: 2), checksum: checksums[1], state: .begun),
        ]
        let entry = try #require(try MigrationPlan(files: files, applied: [], steps: steps).pending.first)
        #expect(entry.done == [1])
        #expect(entry.interrupted?.id == StatementID("0001.2"))
    }

    @Test func whatTookEffectMustNotBeChangedButWhatFailedMay() throws {
        let files = try [Migration](files: ["0001_a.sql": "-- phase: expand\nSELECT 1;\nSELECT 2;"])
        func plan(_ state: MigrationStep.State) throws {
            let step = MigrationStep(id: StatementID(version: 1, statement: 2), checksum: "another", state: state)
            _ = try MigrationPlan(files: files, applied: [], steps: [step])
        }
        try plan(.failed)
        for state in [MigrationStep.State.begun, .done] {
            #expect(throws: MigrationError.changedUnderWay(file: "0001_a.sql", statement: 2, isDone: state == .done)) {
                try plan(state)
            }
        }
    }

    @Test(arguments: ["", "5", "0005.", "0005.0", "a.1", "1.2.3"])
    func noNumberOfAStatement(text: String) {
        #expect(StatementID(text) == nil)
    }

    @Test func theShippedMigrationsAreInOrder() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let shipped = try MigrationDirectory.load("/\(root)/migrations")
        #expect(shipped.first?.statements.count == ServiceName.backends.count)
    }
}
