import Modules
import Remote
import Testing

@testable import Databases

/// What is written of binary logs by programs that stand for MySQL's own.
@Suite struct BinlogScriptsTests {
    private static let tail = #"printf "DELIMITER ;\n# End of log file\n/*!50003 SET X*/;\n/*!50530 SET Y*/;\n""#

    /// - Parameter body: what mysqlbinlog does, `$log` being the log.
    private func host(_ body: String) throws -> ShellHost {
        try ShellHost(programs: ["mysqlbinlog": "for log; do :; done\n\(body)"])
    }

    private func scripts(_ host: ShellHost) -> BinlogScripts {
        BinlogScripts(data: host.folder, folder: host.folder + "/salvage")
    }

    private func transaction(_ number: Int) -> String {
        #"printf "SET @@SESSION.GTID_NEXT= '\#(alpha):\#(number)'/*!*/;\nBINLOG 'x';\n""#
    }

    private func extract(_ body: String) async throws -> Reply {
        let host = try host(body)
        let none = GTIDSet()
        return try await host.run(
            .reads(scripts(host).extract(["bin.1", "bin.2"], excluding: none, to: host.folder + "/tail.sql")))
    }

    @Test func theTailIsToldWithItsTransactions() async throws {
        let reply = try await extract(
            "case $log in bin.1) \(transaction(7));; *) \(transaction(8));; esac; \(Self.tail)")
        let tail = try Salvage.Tail(parsing: reply.output)
        #expect(tail.found == GTIDSet("\(alpha):7-8"))
        #expect(tail.unread == nil && tail.size > 0)
    }

    /// Its last lines are written when the program ends, and a failure of that is in no status.
    @Test func aTailThatFoundNoRoomIsNoneThatIsEmpty() async throws {
        for body in [":", transaction(7)] {
            let reply = try await extract("case $log in bin.1) \(Self.tail);; *) \(body);; esac")
            #expect(reply.status == 4)
            #expect(reply.errors.contains("no room for the transactions of bin.2"), "\(reply.errors)")
        }
    }

    @Test func aDamagedNewestLogLeavesUnknownWhatFollows() async throws {
        let body = "case $log in bin.1) \(Self.tail);; *) \(transaction(8)); echo 'ERROR: bad event' >&2; exit 1;; esac"
        let tail = try Salvage.Tail(parsing: try await extract(body).output)
        #expect(tail.found == GTIDSet("\(alpha):8"))
        #expect(tail.unread == "ERROR: bad event")
    }

    @Test func whatAServerLosesIsKeptAndNeverOverwritten() async throws {
        let host = try host("\(transaction(7)); cat \"$here/more\" 2>/dev/null; \(Self.tail)")
        let wanted = try #require(GTIDSet("\(alpha):7"))
        var files: [String] = []
        for more in ["", "", "-- other rows\n", "-- other rows\n"] {
            try host.write("more", more)
            let reply = try await host.run(.reads(scripts(host).keep(wanted, of: ["bin.1"], as: "db2-epoch3-errant")))
            let kept = try Kept(parsing: reply.output)
            #expect(kept.saved == wanted)
            files.append(kept.file.split(separator: "/").last.map(String.init) ?? "")
        }
        let (first, second) = ("db2-epoch3-errant.sql", "db2-epoch3-errant-2.sql")
        #expect(files == [first, first, second, second])
    }

    @Test func whatFindsNoRoomIsNotKept() async throws {
        let host = try host(transaction(7))
        let wanted = try #require(GTIDSet("\(alpha):7"))
        let reply = try await host.run(.reads(scripts(host).keep(wanted, of: ["bin.1"], as: "db2")))
        #expect(reply.status == 4 && reply.errors.contains("no room"), "\(reply.errors)")
        #expect(host.read("salvage/db2.sql").isEmpty)
    }

    @Test func transactionsThatAreInNoLogAnyMoreKeepFromARebuild() throws {
        let kept = try Kept(parsing: "file=/salvage/db2.sql\n\(beta):2\n")
        let errant = try #require(GTIDSet("\(beta):1-2"))
        let refusal = #expect(throws: ModuleFailure.self) { try kept.sentence(of: errant, on: "db2") }
        #expect(refusal?.description.contains("\(beta):1\n") == true, "\(refusal?.description ?? "")")
        let held = try #require(GTIDSet("\(beta):2"))
        #expect(try kept.sentence(of: held, on: "db2") == "its own transactions are kept in /salvage/db2.sql on db2")
    }
}
