import Modules
import Testing

@testable import Databases

@Suite struct SwitchoverTests {
    private let first = Epoch(number: 1, primary: "db1")
    private let second = Epoch(number: 2, primary: "db2")

    private func plan(_ servers: [MySQLSight], to target: String? = nil) throws -> Switchover {
        try Switchover(MySQLTopology(servers), to: target, patience: 10)
    }

    @Test func movesToTheReplica() throws {
        let plan = try plan([
            sight("db1", executed: "\(alpha):1-10", writes: true, epoch: first),
            sight("db2", executed: "\(alpha):1-10", from: "db1", epoch: first),
        ])
        #expect(plan.from == "db1")
        #expect(plan.to == "db2")
        #expect(plan.epoch == second)
        #expect(plan.followers == ["db1"])
        #expect(!plan.isMoved && !plan.isResumed)
    }

    /// What a kill after each step leaves, and how a second run goes on from there.
    @Test(
        arguments: [
            // The old primary has stopped taking writes and remembers its successor.
            (
                [
                    sight("db1", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db2")),
                    sight("db2", executed: "\(alpha):1-9", from: "db1", epoch: Epoch(number: 1, primary: "db1")),
                ], "db1", false
            ),
            // The new one has recorded it and forgotten its source, but was stopped before it took writes.
            (
                [
                    sight("db1", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db2")),
                    sight("db2", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db2")),
                ], nil, false
            ),
            // It takes writes; nobody follows it yet.
            (
                [
                    sight("db1", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db2")),
                    sight("db2", executed: "\(alpha):1-12", writes: true, epoch: Epoch(number: 2, primary: "db2")),
                ], nil, true
            ),
        ] as [([MySQLSight], String?, Bool)])
    func takesUpWhatWasCutOff(servers: [MySQLSight], from: String?, isMoved: Bool) throws {
        let plan = try plan(servers, to: isMoved ? "db2" : nil)
        #expect(plan.to == "db2")
        #expect(plan.from == from)
        #expect(plan.isMoved == isMoved)
        #expect(plan.epoch == second)
        #expect(plan.followers == ["db1"])
    }

    @Test(
        arguments: [
            ([sight("db1", executed: "", writes: true), sight("db2", executed: "", writes: true)], "both take writes"),
            (
                [sight("db1", executed: "", writes: true), MySQLSight(name: "db2", address: "", silence: "gone")],
                "db2 does not answer: gone"
            ),
            (
                [
                    sight("db1", executed: "\(alpha):1", writes: true),
                    sight("db2", executed: "\(alpha):1,\(beta):1", from: "db1"),
                ], "db2 has transactions that db1 lacks"
            ),
            (
                [
                    sight("db1", executed: "\(alpha):1", writes: true),
                    sight("db2", executed: "\(alpha):1", from: "db1", applier: "OFF"),
                ], "db2 does not replicate"
            ),
            (
                [
                    sight("db1", executed: "\(alpha):1", writes: true),
                    sight("db2", executed: "\(alpha):1", from: "db1", lag: 99),
                ], "db2 is 99 s behind"
            ),
            (
                [
                    sight("db1", executed: "\(alpha):1", writes: true, version: MySQLVersion(26, 7)),
                    sight("db2", executed: "\(alpha):1", from: "db1", version: MySQLVersion(9, 7)),
                ],
                "a newer server can't replicate"
            ),
            // Nobody takes writes, and the one that the epoch names lacks what the other has.
            (
                [
                    sight("db1", executed: "\(alpha):1-10", epoch: Epoch(number: 2, primary: "db2")),
                    sight("db2", executed: "\(alpha):1-9", epoch: Epoch(number: 2, primary: "db2")),
                ], "db2 lacks transactions"
            ),
        ] as [([MySQLSight], String)])
    func refuses(servers: [MySQLSight], reason: String) {
        let error = #expect(throws: ModuleFailure.self) { try plan(servers, to: "db2") }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}
