import Modules
import OrderedCollections
import Testing
import YAML

@testable import Databases

@Suite struct DeathTests {
    private func signs(
        _ own: Vital = .dead("refused"), _ replica: Vital = .dead("refused"), silence: Double? = nil,
        begun: Duration = .zero
    ) -> VitalSigns {
        VitalSigns(begun: begun, own: own, isReached: false, replicas: ["db2": replica], silence: silence)
    }

    @Test func isCertainAfterThreeLooks() throws {
        #expect(try !Death.isCertain(of: "db1", .mysql, [signs()]))
        #expect(try !Death.isCertain(of: "db1", .mysql, [signs(), signs()]))
        #expect(try Death.isCertain(of: "db1", .mysql, [signs(), signs(), signs()]))
    }

    @Test func twoSlowLooksAreAsGoodAsThreeQuickOnes() throws {
        #expect(try !Death.isCertain(of: "db1", .mysql, [signs(begun: .seconds(3))]))
        #expect(try !Death.isCertain(of: "db1", .mysql, [signs(), signs(begun: .milliseconds(1900))]))
        #expect(try Death.isCertain(of: "db1", .mysql, [signs(), signs(begun: .seconds(2))]))
    }

    @Test func waitsUntilNobodyHearsItAnyMore() throws {
        let heard = signs(silence: 2)
        #expect(try !Death.isCertain(of: "db1", .mysql, [heard, heard, heard]))
        #expect(try Death.isCertain(of: "db1", .mysql, [heard, heard, signs(silence: 6)]))
    }

    @Test(arguments: [
        (Vital.alive("answers"), Vital.dead("no route"), "db2 can't reach it, so the network between them"),
        (.dead("cannot connect"), .alive("answers"), "it is our own way to it that is cut"),
        (
            Vital(.refused(SQLError(code: 1040, message: "Too many connections"))), .dead("?"),
            "Too many connections (1040)"
        ),
        (.dead("cannot connect"), .unknown("db2: cannot connect"), "no replica can be asked"),
    ])
    func isNoneWhenAnybodySeesItAlive(own: Vital, replica: Vital, reason: String) {
        let look = signs(own, replica)
        let error = #expect(throws: ModuleFailure.self) { try Death.isCertain(of: "db1", .mysql, [look, look, look]) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test func theWayToMoveFromALivingOneIsThatOfItsKind() {
        for (kind, command) in [(FencedService.mysql, "failover db --planned"), (.redis, "failover redis --planned")] {
            let error = #expect(throws: ModuleFailure.self) {
                try Death.isCertain(of: "a1", kind, [signs(.alive("answers"), .dead("?"))])
            }
            #expect(error?.message.hasSuffix(command) == true, "\(error?.message ?? "")")
        }
    }

    @Test(arguments: [2002, 2003, 2013, 0])
    func silenceIsDeath(code: Int) { #expect(Vital(.refused(SQLError(code: code, message: ""))).isDeath) }

    @Test(arguments: [1040, 1045, 1130, 2026])
    func anErrorOfTheServersIsLife(code: Int) { #expect(!Vital(.refused(SQLError(code: code, message: ""))).isDeath) }
}

@Suite struct SurvivorTests {
    private let gone = MySQLSight(name: "db1", address: address("db1"), silence: "cannot connect")
    private let first = Epoch(number: 1, primary: "db1")

    private func survivors(_ servers: [MySQLSight], to target: String? = nil) throws -> Survivors {
        try Survivors(MySQLTopology(servers), to: target, now: 1000)
    }

    @Test func theReplicaTakesOverWithAllItHasReceived() throws {
        let found = try survivors([
            gone, sight("db2", executed: "\(alpha):1-9", from: "db1", epoch: first, received: "\(alpha):5-12"),
        ])
        #expect(found.dead == "db1" && found.best == "db2" && found.others.isEmpty && !found.isDone)
        #expect(found.has == GTIDSet("\(alpha):1-12"))
        #expect(found.epoch == Epoch(number: 2, primary: "db2", failedOver: 1000))
    }

    @Test func ofSeveralTheOneThatHasEverything() throws {
        let servers = [
            gone, sight("db2", executed: "\(alpha):1-9", from: "db1"),
            sight("db3", executed: "\(alpha):1-12", from: "db1"),
        ]
        #expect(try survivors(servers).best == "db3")
        let error = #expect(throws: ModuleFailure.self) { try survivors(servers, to: "db2") }
        #expect(error?.message == "db2 lacks transactions that db3 has: \(alpha):10-12")
    }

    @Test func stopsWhenNoneHasEverything() {
        let error = #expect(throws: ModuleFailure.self) {
            try survivors([
                gone, sight("db2", executed: "\(alpha):1-12", from: "db1"),
                sight("db3", executed: "\(alpha):1-9,\(beta):1", from: "db1"),
            ])
        }
        #expect(error?.message.hasPrefix("no replica has all that the others have") == true)
    }

    @Test func knowsWhatWasDoneAlready() throws {
        let second = Epoch(number: 2, primary: "db2", failedOver: 900)
        let found = try survivors([gone, sight("db2", executed: "\(alpha):1-9", writes: true, epoch: second)])
        #expect(found.isDone && found.best == "db2" && found.epoch == second)
    }

    /// A disk that is full, say, is told elsewhere; a replica that still has to be attached is what may be taken up.
    @Test func onlyAFailoverThatWasCutOffIsFinishedOnALivingPrimary() throws {
        let second = Epoch(number: 2, primary: "db2")
        var primary = sight("db2", executed: "\(alpha):1-9", writes: true, epoch: second)
        primary.report?.diskFree = 0
        let whole = MySQLTopology([sight("db1", executed: "\(alpha):1-9", from: "db2", epoch: second), primary])
        #expect(throws: ModuleFailure.self) { try Survivors.refuseLiving(whole) }
        try Survivors.refuseLiving(MySQLTopology([sight("db1", executed: "\(alpha):1-9"), primary]))
    }

    @Test func refusesASecondOneWithinTheHour() throws {
        let topology = MySQLTopology([
            gone, sight("db2", executed: "", from: "db1", epoch: Epoch(number: 3, primary: "db1", failedOver: 1000)),
        ])
        let next = try survivors(topology.servers)
        let error = #expect(throws: ModuleFailure.self) { try next.refuseAnother(topology, now: 1000 + 720) }
        #expect(error?.message.hasPrefix("the last failover was 12 min ago") == true)
        #expect(throws: Never.self) { try next.refuseAnother(topology, now: 1000 + 3601) }
        // The one that took over has restarted, and waits for a peer that is dead.
        let second = Epoch(number: 2, primary: "db2", failedOver: 1000)
        let alone = MySQLTopology([gone, sight("db2", executed: "\(alpha):1", epoch: second)])
        let same = try survivors(alone.servers)
        #expect(same.best == "db2" && same.epoch == second && !same.isDone)
        #expect(throws: Never.self) { try same.refuseAnother(alone, now: 1000 + 720) }
    }
}

@Suite struct SecondFailoverTests {
    /// db1 took over, and the writes were moved back to db2 by plan.
    private let moved = Epoch(number: 3, primary: "db2", failedOver: 1000)

    private func refuse(_ topology: MySQLTopology, now: Int) throws {
        try Survivors(topology, to: nil, now: now).refuseAnother(topology, now: now)
    }

    @Test func aPlannedMoveInBetweenDoesNotMakeTheHourForgotten() throws {
        let second = Epoch(number: 2, primary: "db1", failedOver: 1000)
        let plan = try Switchover(
            MySQLTopology([
                sight("db1", executed: "\(alpha):1", writes: true, epoch: second),
                sight("db2", executed: "\(alpha):1", from: "db1", epoch: second),
            ]), to: nil, patience: 10)
        #expect(plan.epoch == moved)
        let gone = MySQLSight(name: "db2", address: address("db2"), silence: "cannot connect")
        let topology = MySQLTopology([gone, sight("db1", executed: "\(alpha):1", from: "db2", epoch: plan.epoch)])
        #expect(throws: ModuleFailure.self) { try refuse(topology, now: 1000 + 720) }
        #expect(throws: Never.self) { try refuse(topology, now: 1000 + 3601) }
    }

    /// Provisioning numbers an epoch on after what a server takes for the truth, and knows no moment.
    @Test func aServerThatKnowsNoMomentHidesNotThatOfAnother() {
        let topology = MySQLTopology([
            MySQLSight(name: "db2", address: address("db2"), silence: "cannot connect"),
            sight("db3", executed: "\(alpha):1", from: "db2", epoch: Epoch(number: 3, primary: "db2")),
            sight("db1", executed: "\(alpha):1", from: "db2", epoch: moved),
        ])
        #expect(throws: ModuleFailure.self) { try refuse(topology, now: 1000 + 720) }
    }
}

@Suite struct LossTests {
    @Test func beginsAtTheNewestLogBeforeWhichNothingIsMissing() throws {
        let listing = """
            mysql-bin.000001\t
            mysql-bin.000002\t\(alpha):1-10
            mysql-bin.000003\t\(alpha):1-20,\(beta):1

            """
        func files(_ known: String) throws -> [String] {
            try Salvage.files(in: listing, after: try #require(GTIDSet(known))).map { String($0.suffix(1)) }
        }
        #expect(try files("\(alpha):1-25,\(beta):1") == ["3"])
        #expect(try files("\(alpha):1-15") == ["2", "3"])
        #expect(try files("\(alpha):1-5") == ["1", "2", "3"])
        #expect(throws: ModuleFailure.self) { try Salvage.files(in: "", after: GTIDSet()) }
        // What a log's beginning does not tell, and what is no set, is no beginning of everything.
        for start in ["?", "\(alpha):1-99SET @@SESSION.GTID_NEXT= 'AUTOMATIC'", "\(alpha):1-", "\(alpha):-7"] {
            #expect(GTIDSet(start) == nil, "\(start)")
            let logs = try Salvage.files(in: "a\t\(alpha):1\nb\t\(start)", after: try #require(GTIDSet("\(alpha):1-5")))
            #expect(logs == ["a", "b"], "\(start)")
        }
    }

    /// What comes after a damaged event is not read: then nobody knows that nothing is lost.
    @Test func tellsThatTheNewestLogWasNotReadToItsEnd() throws {
        let whole = try Salvage.Tail(parsing: "\(alpha):7\n\(alpha):8\nbytes=4096\n")
        #expect(whole.found == GTIDSet("\(alpha):7-8") && whole.size == 4096 && whole.unread == nil)
        let damaged = try Salvage.Tail(
            parsing: "unread=ERROR: Event crc check failed! Most likely there is event corruption.\nbytes=0\n")
        #expect(damaged.found.isEmpty && damaged.size == 0)
        #expect(damaged.unread == "ERROR: Event crc check failed! Most likely there is event corruption.")
        #expect(throws: ModuleFailure.self) { try Salvage.Tail(parsing: "mysqlbinlog: [ERROR]\nbytes=0\n") }
    }

    @Test func aFenceThatNobodyCouldLookForIsAWarningAndNoChange() {
        let passage = Cordon.Passage(server: "db2", opened: ["app1"], unsure: ["app2"])
        #expect(passage.changes == ["app1 may reach db2 again"])
        #expect(passage.warnings.count == 1 && passage.warnings.first?.hasPrefix("app2 could not be asked") == true)
        #expect(Cordon.Passage(server: "db2").warnings.isEmpty && Cordon.Passage(server: "db2").changes.isEmpty)
    }

    /// Zero is said only when the dead server's log was read to its end.
    @Test func neverSaysZeroWithoutKnowing() throws {
        let lost = try #require(GTIDSet("\(alpha):7-9"))
        func words(_ loss: Loss) -> String { loss.sentence(dead: "db1", heir: "db2") }
        let none = words(Loss(extent: .none, salvaged: GTIDSet()))
        #expect(none == "no write is lost: db2 had everything that db1's binary log holds")
        #expect(words(Loss(extent: .none, salvaged: lost, file: "f")).contains("3 transactions were salvaged"))
        let exact = words(Loss(extent: .exact(lost, reason: "r"), salvaged: GTIDSet(), file: "f"))
        #expect(exact == "3 transactions are lost: \(alpha):7-9\nthey are in f on db1: r")
        let unknown = words(Loss(extent: .unknown(reason: "db1 can't be asked", since: horizon)))
        #expect(unknown.hasPrefix("writes may be lost"))
        #expect(unknown.contains("in the last 8 s, since 2026-01-18T02:30:00.250000Z by its clock"))
        #expect(words(Loss(extent: .unknown(reason: "r", since: nil))).contains("after db2 last heard it"))
    }

    private let horizon = MySQLReport.Horizon(moment: "2026-01-18T02:30:00.250000Z", age: 7.2)

    /// A number only where it is known, also for programs.
    @Test func programsAreToldHowWellTheLossIsKnown() throws {
        let lost = try #require(GTIDSet("\(alpha):7-9"))
        let none = Loss(extent: .none, salvaged: lost, file: "/tail.sql").values
        #expect(none["loss"] == "exact" && none["lost"] == 0 && none["salvaged"] == 3)
        #expect(none["salvaged_gtids"] == .string("\(alpha):7-9") && none["salvage_file"] == "/tail.sql")
        let exact = Loss(extent: .exact(lost, reason: "it broke"), salvaged: GTIDSet(), file: "/tail.sql").values
        #expect(exact["loss"] == "exact" && exact["lost"] == 3 && exact["lost_gtids"] == .string("\(alpha):7-9"))
        #expect(exact["lost_reason"] == "it broke" && exact["salvaged"] == 0 && exact["salvage_file"] == "/tail.sql")
        let bound = Loss(extent: .unknown(reason: "db1 can't be asked", since: horizon)).values
        #expect(bound["loss"] == "bound" && bound["lost"] == .null && bound["lost_within_seconds"] == .float(7.2))
        #expect(bound["lost_since"] == .string(horizon.moment) && bound["lost_reason"] == "db1 can't be asked")
        #expect(bound["salvaged"] == .null && bound["salvage_file"] == .null)
        let unknown = Loss(extent: .unknown(reason: "r", since: nil)).values
        #expect(unknown["loss"] == "unknown" && unknown["lost"] == .null && unknown["lost_within_seconds"] == .null)
    }
}
