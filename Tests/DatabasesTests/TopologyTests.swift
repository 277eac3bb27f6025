import Modules
import Testing
import YAML

@testable import Databases

@Suite struct TopologyTests {
    private let healthy = MySQLTopology([
        sight("db1", executed: "\(alpha):1-10", writes: true, epoch: Epoch(number: 2, primary: "db1")),
        sight("db2", executed: "\(alpha):1-9", from: "db1", epoch: Epoch(number: 2, primary: "db1")),
    ])

    @Test func aHealthyPairHasNoAlarm() {
        #expect(healthy.primary?.name == "db1")
        #expect(healthy.alarms.isEmpty)
        #expect(
            healthy.tree == [
                "db1     MySQL 9.7.4, takes writes, epoch 2, binlog 4 MB of 50 GB free",
                "└─ db2  MySQL 9.7.4, read-only, replicates, 1 transactions behind, heard its source 1.0 s ago, "
                    + "binlog 4 MB of 50 GB free",
            ])
    }

    /// What each fault looks like, and the alarm that it has to be.
    @Test(arguments: [
        (
            [
                sight("db1", executed: "\(alpha):1-10", writes: true),
                sight("db2", executed: "\(alpha):1-10", writes: true),
            ], "db1 and db2 both take writes: split brain"
        ),
        (
            [sight("db1", executed: "\(alpha):1-10"), sight("db2", executed: "\(alpha):1-10", from: "db1")],
            "no server takes writes"
        ),
        (
            [
                sight("db1", executed: "\(alpha):1-10", writes: true),
                sight("db2", executed: "\(alpha):1-10,\(beta):1", from: "db1"),
            ], "db2: has transactions that the primary lacks: \(beta):1"
        ),
        (
            [
                sight("db1", executed: "\(alpha):1-10", purged: "\(alpha):1-8", writes: true),
                sight("db2", executed: "\(alpha):1-5", from: "db1"),
            ], "db2: lacks transactions that db1 has purged, so it has to be cloned: \(alpha):6-8"
        ),
        (
            [
                sight("db1", executed: "\(alpha):1-10", writes: true),
                sight("db2", executed: "\(alpha):1-5", from: "db1", applier: "OFF", lag: nil),
            ], "db2: replication stands: receiver ON, applier OFF"
        ),
        (
            [
                sight("db1", executed: "\(alpha):1", writes: true, epoch: Epoch(number: 1, primary: "db1")),
                sight("db2", executed: "\(alpha):1", from: "db1", epoch: Epoch(number: 2, primary: "db2")),
            ], "db1: takes writes, but epoch 2 names db2 as the primary"
        ),
        (
            [
                sight("db1", executed: "\(alpha):1", writes: true),
                MySQLSight(name: "db2", address: "10.0.0.2", silence: "db2: cannot connect"),
            ], "db2: db2: cannot connect"
        ),
        (
            [sight("db1", executed: "\(alpha):1", writes: true), sight("db2", executed: "\(alpha):1")],
            "db2: replicates from nobody"
        ),
    ])
    func tells(servers: [MySQLSight], alarm: String) {
        #expect(MySQLTopology(servers).alarms.map(\.description) == [alarm])
    }

    /// Opening it would leave the others' transactions out, so a person has to say it, and is told how.
    @Test func aPrimaryThatStaysClosedNamesTheWayOut() {
        let closed = MySQLTopology([
            sight("db1", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db1")),
            sight("db2", executed: "\(alpha):1-10,\(beta):1", from: "db1", epoch: Epoch(number: 2, primary: "db1")),
        ])
        #expect(
            closed.alarms.map(\.description) == [
                "no server takes writes",
                "db1: stays closed: db2 has transactions that it lacks: \(beta):1; to take writes without them: "
                    + "intchain-mysql-open --force on db1, then intchainctl db rejoin db2 --rebuild, which keeps them in a file",
            ])
    }

    @Test func aSightSurvivesItsJSON() throws {
        for server in healthy.servers {
            let value = try Value(json: server.value.json())
            #expect(MySQLSight(value) == server)
        }
    }
}
