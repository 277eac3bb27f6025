import Modules
import Testing

@testable import Databases

@Suite struct SeedingTests {
    private func seeding(
        purged: String = "", executed: String = "\(alpha):1-30", empty: MySQLSight = sight("db2", executed: ""),
        version: MySQLVersion = MySQLVersion(9, 7, 4)
    ) throws -> Seeding? {
        let primary = sight("db1", executed: executed, purged: purged, writes: true, version: version)
        return try Seeding(of: "db2", in: MySQLTopology([primary, empty]))
    }

    @Test func anEmptyServerIsFilledWhereReplicationWouldNotDo() throws {
        #expect(try seeding() == nil)
        #expect(try seeding(purged: "\(alpha):1-5")?.reason == "db1 has purged the logs of 5 transactions")
        #expect(try seeding(executed: "\(alpha):1-10001")?.reason == "db1 has 10001 transactions")
    }

    @Test func aServerThatHoldsOrFollowsSomethingIsLeftAlone() throws {
        let purged = "\(alpha):1-5"
        #expect(try seeding(purged: purged, empty: sight("db2", executed: "\(beta):1")) == nil)
        #expect(try seeding(purged: purged, empty: sight("db2", executed: "", from: "db1")) == nil)
        let known = sight("db2", executed: "", epoch: Epoch(number: 1, primary: "db1"))
        #expect(try seeding(purged: purged, empty: known) == nil)
        let nobody = MySQLTopology([sight("db1", executed: "\(alpha):1-9", purged: purged), sight("db2", executed: "")])
        #expect(try Seeding(of: "db2", in: nobody) == nil)
    }

    @Test func cloneIsTakenWhereItBringsEverything() throws {
        let same = try #require(try seeding(purged: "\(alpha):1-5"))
        #expect(try same.way(.auto, hasOtherEngines: false) == .clone)
        #expect(try same.way(.auto, hasOtherEngines: true) == .dump)
        #expect(throws: ModuleFailure.self) { try same.way(.clone, hasOtherEngines: true) }
        let older = try #require(try seeding(purged: "\(alpha):1-5", version: MySQLVersion(8, 4, 3)))
        #expect(try older.way(.auto, hasOtherEngines: false) == .dump)
    }

    @Test(arguments: [
        ("8.0.35", "8.0.36", false), ("8.0.36", "8.0.37", false), ("8.0.37", "8.0.41", true),
        ("8.0.26", "8.0.26", true),
        ("8.4.0", "8.4.3", true), ("8.4.3", "9.7.4", false), ("9.7.1", "9.7.4", true),
    ])
    func pointReleasesAreClonedFromMySQL8037On(_ one: String, _ other: String, _ can: Bool) throws {
        let (left, right) = (try #require(MySQLVersion(one)), try #require(MySQLVersion(other)))
        #expect(left.canBeCloned(from: right) == can)
        #expect(right.canBeCloned(from: left) == can)
    }

    @Test func aCopyThatDoesNotFitIsRefused() throws {
        try CopyRoom(needed: 10 << 20, free: 10 << 20).check(on: "db2", for: "db1")
        let refusal = #expect(throws: ModuleFailure.self) {
            try CopyRoom(needed: 11 << 20, free: 10 << 20).check(on: "db2", for: "db1")
        }
        #expect(refusal?.description.contains("db2 has room for 10 MiB of data, db1's are 11 MiB") == true)
    }

    @Test func anOlderServerIsRefused() throws {
        let refusal = #expect(throws: ModuleFailure.self) {
            try seeding(purged: "\(alpha):1-5", version: MySQLVersion(26, 7, 0))
        }
        #expect(refusal?.description.contains("upgrade db2") == true)
    }
}
