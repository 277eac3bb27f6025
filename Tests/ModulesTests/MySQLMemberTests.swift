import OrderedCollections
import Remote
import Testing
import YAML

@testable import Modules

@Suite struct MySQLMemberTests {
    private func member(
        _ name: String = "db1", epoch: Epoch? = nil, isReadOnly: Bool = true, source: String? = nil,
        hasAccount: Bool = true, peer: MySQLMember.Peer.State
    ) -> MySQLMember {
        let other = name == "db1" ? "db2" : "db1"
        let row = source.map { [$0, "3306", "repl", "ON", "ON", "", "", "1", ""] }
        return MySQLMember(
            name: name, birthPrimary: "db1", epoch: epoch, isReadOnly: isReadOnly, hasAccount: hasAccount,
            channel: ReplicationChannel(row),
            peers: [.init(name: other, address: "10.0.0.\(other.suffix(1))", state: peer)])
    }

    private let first = Epoch(number: 1, primary: "db1")
    private let second = Epoch(number: 2, primary: "db2")

    private func sourceName(_ place: MySQLMember.Place) -> String? {
        if case .replica(let peer, _) = place { peer.name } else { nil }
    }

    @Test func isBornWhereTheInventorySays() throws {
        #expect(try member(peer: .stranger).place() == .birth(first))
        #expect(try member(peer: .unreachable("")).place() == .birth(first))
        #expect(try sourceName(member("db2", peer: .stranger).place()) == "db1")
    }

    @Test func isNotBornBesideAServerWithData() throws {
        #expect(throws: ModuleFailure.self) { try member(peer: .seen(isReadOnly: true, isBlank: false)).place() }
        #expect(try sourceName(member(peer: .seen(isReadOnly: false, isBlank: false)).place()) == "db2")
    }

    @Test func leavesAnEpochAsItIs() throws {
        let replica = MySQLMember.Peer.State.seen(isReadOnly: true, isBlank: false)
        #expect(try member(epoch: first, isReadOnly: false, peer: replica).place() == .primary(first))
        #expect(try member("db2", epoch: second, isReadOnly: false, peer: replica).place() == .primary(second))
    }

    @Test func followsWhoTakesWritesAfterAFailover() throws {
        let place = try member(epoch: first, peer: .seen(isReadOnly: false, isBlank: false)).place()
        #expect(sourceName(place) == "db2")
        if case .replica(_, let epoch) = place { #expect(epoch == second) }
    }

    @Test func reopensOnlyWhoTheEpochNames() throws {
        let replica = MySQLMember.Peer.State.seen(isReadOnly: true, isBlank: false)
        #expect(try member(epoch: first, peer: replica).place() == .reopening(first))
        #expect(try sourceName(member(epoch: second, source: "10.0.0.2", peer: replica).place()) == "db2")
    }

    /// The old primary may still be what the named one replicates from.
    @Test func waitsForAFailoverThatWasCutOff() {
        let replica = MySQLMember.Peer.State.seen(isReadOnly: true, isBlank: false)
        let failure = #expect(throws: ModuleFailure.self) { try member(epoch: second, peer: replica).place() }
        #expect(failure?.message.contains("a failover was cut off") == true)
    }

    @Test func isBornAgainWhenItsBirthWasCutOff() throws {
        #expect(try member(epoch: first, hasAccount: false, peer: .stranger).place() == .birth(first))
        #expect(try member(epoch: first, peer: .stranger).place() == .reopening(first))
        let failedOver = Epoch(number: 2, primary: "db1")
        #expect(try member(epoch: failedOver, hasAccount: false, peer: .stranger).place() == .reopening(failedOver))
    }

    @Test func refusesTwoServersThatTakeWrites() {
        let failure = #expect(throws: ModuleFailure.self) {
            try member(epoch: first, isReadOnly: false, peer: .seen(isReadOnly: false, isBlank: false)).place()
        }
        #expect(failure?.message.hasPrefix("db1 and db2 both take writes") == true)
    }

    @Test func refusesContradictions() {
        let replica = MySQLMember.Peer.State.seen(isReadOnly: true, isBlank: false)
        #expect(throws: ModuleFailure.self) { try member(epoch: second, isReadOnly: false, peer: replica).place() }
        #expect(throws: ModuleFailure.self) {
            try member(epoch: first, isReadOnly: false, source: "10.0.0.2", peer: replica).place()
        }
        #expect(throws: ModuleFailure.self) { try member(epoch: first, source: "10.0.0.2", peer: replica).place() }
    }

    /// One file for all who read and write it, also where the playbook does not name it.
    @Test func theEpochIsWhereTheOtherModulesLookForIt() throws {
        let peers: [Value] = ["db1", "db2"].map { .map(["name": .string($0), "address": .string($0)]) }
        let values: [String: Value] = [
            "peers": .list(peers), "birth_primary": "db1", "replication_user": "repl", "replication_password": "secret",
        ]
        let context = ModuleContext(
            host: "db1", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { .string($0) })
        let arguments = try Arguments(values, for: MySQLMemberModule.spec)
        let file = try MySQLMemberModule(arguments, in: context).epochFile
        #expect(try file == Epoch.file(arguments) && file == "/var/lib/intchain/mysql-epoch")
    }

    @Test func readsAndWritesTheEpoch() {
        #expect(Epoch(parsing: second.text) == second)
        #expect(Epoch(parsing: "") == nil)
        #expect(Epoch(parsing: "epoch=x\nprimary=db1") == nil)
    }
}
