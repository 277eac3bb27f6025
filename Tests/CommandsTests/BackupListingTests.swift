import Testing
import YAML

@testable import Commands

/// What `backup list` makes of the lines that hosts print.
@Suite struct BackupListingTests {
    private func state(_ behind: String, checked: Int, problem: String = "null") throws -> String {
        let row =
            #"{"kind": "stream", "name": "db1", "file": "mysql-bin.000007", "behind_seconds": \#(behind), "checked_seconds_ago": \#(checked), "problem": \#(problem)}"#
        let listing = try BackupListing([ResultCollector.Row(host: "db2", value: .string(row))])
        return listing.streamTable.lines(style: Style(isColoured: false)).last ?? ""
    }

    @Test func aStreamStreamsOnlyWhileItTellsHowFarBehindItIs() throws {
        #expect(try state("0", checked: 1).hasSuffix("streaming"))
        #expect(try state("null", checked: 1).hasSuffix("NOT TOLD how far behind it is"))
        #expect(try state("0", checked: 100).hasSuffix("NOT WATCHED for 100 s"))
        #expect(try state("null", checked: 1, problem: #""does not answer""#).hasSuffix("does not answer"))
    }
}
