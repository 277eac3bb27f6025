import Modules
import Testing
import YAML

@testable import Databases

/// Answers as real servers gave them.
@Suite struct LookTests {
    private let server = [
        beta, "1", "1", "ON", "1", "\(alpha):1-13", "",
    ]
    private let channel = [
        "10.0.0.1", "3306", "ON", "ON", "", "", "\(alpha):2-13", "1330000", "0", "7450000",
        "2026-01-18T02:30:00.250000Z",
    ]

    private func report(
        version: [String] = ["9.7.4", "MySQL Community Server - GPL"], server: [String]? = nil,
        channel: [[String]] = [], semisync: [[String]] = []
    ) throws -> MySQLReport {
        try MySQLLook.report([
            .rows([version]), .rows([server ?? self.server]), .rows(channel),
            .rows(semisync.filter { $0[0].hasPrefix("rpl") }), .rows(semisync.filter { $0[0].hasPrefix("Rpl") }),
        ])
    }

    @Test func readsAReplica() throws {
        let report = try report(channel: [channel])
        #expect(report.version == MySQLVersion(9, 7, 4))
        #expect(!report.takesWrites && report.isSuperReadOnly && report.hasGTIDs && report.hasBinaryLog)
        #expect(report.executed == GTIDSet("\(alpha):1-13") && report.purged.isEmpty)
        let channel = try #require(report.channel)
        #expect(channel.isRunning && channel.silence == 1.33 && channel.lag == 0 && channel.errors.isEmpty)
    }

    @Test func aStandingApplierHasNoLagAtAll() throws {
        var row = channel
        (row[3], row[5]) = ("OFF", "Error 'Duplicate entry'")
        let channel = try #require(try report(channel: [row]).channel)
        #expect(!channel.isRunning && channel.lag == nil && channel.errors == ["Error 'Duplicate entry'"])
    }

    /// `NULL` before the first word of a source.
    @Test func aSourceThatWasNeverHeardIsNotHeardAtZero() throws {
        var row = channel
        (row[7], row[9], row[10]) = ("NULL", "NULL", "0000-00-00T00:00:00.000000Z")
        let channel = try #require(try report(channel: [row]).channel)
        #expect(channel.silence == nil && channel.horizon == nil)
    }

    /// What came a second ago may have been committed long before: all that was committed since may be missing.
    @Test func aReceiverThatLagsHasHeardItsSourceAndIsNotComplete() throws {
        let channel = try #require(try report(channel: [channel]).channel)
        #expect(channel.silence == 1.33)
        #expect(channel.horizon == MySQLReport.Horizon(moment: "2026-01-18T02:30:00.250000Z", age: 7.45))
    }

    @Test func whatAReplicaLacksComesThroughTheOutputOfATask() throws {
        let report = try report(channel: [channel])
        #expect(MySQLReport(.map(report.values))?.channel == report.channel)
    }

    @Test(arguments: ["source", "master"])
    func readsSemisyncUnderItsOldAndNewNames(word: String) throws {
        let rows = [
            ["rpl_semi_sync_\(word)_enabled", "ON"], ["rpl_semi_sync_\(word)_timeout", "1000"],
            ["Rpl_semi_sync_\(word)_status", "OFF"], ["Rpl_semi_sync_\(word)_clients", "1"],
        ]
        let semisync = try #require(try report(semisync: rows).semisync)
        #expect(semisync == MySQLReport.Semisync(isWanted: true, isOn: false, replicas: 1, timeout: 1000))
        #expect(try report().semisync == nil)
    }

    @Test(arguments: [
        (["11.8.3-MariaDB-1", "Debian"], "this server is MariaDB 11.8.3-MariaDB-1"),
        (["5.7.44-log", "MySQL"], "the oldest supported version is 8.0"), (["what", "ever"], "'what' is no version"),
    ])
    func refusesWhatIsNotOurs(version: [String], reason: String) {
        let error = #expect(throws: ModuleFailure.self) { try report(version: version) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [("8.0.36-0ubuntu0.22.04.1", "9.7.4"), ("9.7.4", "26.7.0"), ("26.7.0", "26.10.1")])
    func comparesVersionsAsNumbers(older: String, newer: String) throws {
        #expect(try #require(MySQLVersion(older)) < #require(MySQLVersion(newer)))
    }

    @Test func eventsKeepTheirDefinerAndSettings() throws {
        let event = try #require(
            ScheduledEvent(["intchain", "nightly", "app@10.0.0.%", "ANSI", "utf8mb4", "utf8mb4_0900_ai_ci", "SYSTEM"]))
        #expect(
            event.enabling.map(\.text) == [
                "SET SESSION sql_mode='ANSI'", "SET SESSION time_zone='SYSTEM'", "SET character_set_client='utf8mb4'",
                "SET collation_connection='utf8mb4_0900_ai_ci'",
                "ALTER DEFINER=`app`@`10.0.0.%` EVENT `intchain`.`nightly` ENABLE",
            ])
    }
}
