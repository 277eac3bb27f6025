import ArgumentParser
import Testing
import YAML

@testable import Commands

@Suite struct LostHostFlagsTests {
    /// Requests fail where the only server left is restarted: nobody gets that without asking for it.
    @Test func onlyWhoAsksForItRestartsTheLastServerInItsPlace() throws {
        #expect(try LostHostFlags.parse(["--skip-unreachable"]).variables.isEmpty)
        #expect(
            try LostHostFlags.parse(["--skip-unreachable", "--in-place"]).variables == ["rollout_in_place": true])
    }

    @Test func inPlaceIsOfNoUseWhereAllAreWaitedFor() {
        #expect(throws: (any Error).self) { try LostHostFlags.parse(["--in-place"]) }
    }
}
