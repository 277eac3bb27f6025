import Modules
import Testing

@testable import Databases

@Suite struct ReachTests {
    private let reach = Reach(name: "db2", source: "db1")

    /// As after a replace: the others' firewalls do not know the server any more.
    @Test func aServerThatIsShutOutIsToldTheNextStep() throws {
        let vital = Vital(.refused(SQLError(code: 2003, message: "Can't connect to MySQL server on '10.0.0.1' (110)")))
        let failure = #expect(throws: ModuleFailure.self) { try reach.check(vital) }
        #expect(failure?.description.contains("db2 gets no answer from db1") == true)
        #expect(failure?.description.contains("intchainctl apply playbooks/base.yml") == true)
    }

    @Test func anyAnswerWillDo() throws {
        try reach.check(Vital(.rows([["1"]])))
        try reach.check(Vital(.refused(SQLError(code: 1045, message: "Access denied"))))
        try reach.check(.unknown("it does not answer"))
    }
}
