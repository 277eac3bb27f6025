import Testing
import YAML

@testable import Commands

/// What `backup list` makes of the lines that hosts print.
@Suite struct BackupListingTests {
    private func state(_ behind: String, checked: Int, problem: String = "null") -> String {
        let row =
            #"{"kind": "stream", "name": "db1", "file": "mysql-bin.000007", "behind_seconds": \#(behind), "checked_seconds_ago": \#(checked), "problem": \#(problem)}"#
        let listing = BackupListing([ResultCollector.Row(host: "db2", value: .string(row))])
        return listing.streamTable.lines(style: Style(isColoured: false)).last ?? ""
    }

    @Test func aStreamStreamsOnlyWhileItTellsHowFarBehindItIs() {
        #expect(state("0", checked: 1).hasSuffix("streaming"))
        #expect(state("null", checked: 1).hasSuffix("NOT TOLD how far behind it is"))
        #expect(state("0", checked: 100).hasSuffix("NOT WATCHED for 100 s"))
        #expect(state("null", checked: 1, problem: #""does not answer""#).hasSuffix("does not answer"))
    }

    @Test func aLineThatCannotBeReadIsNamedAndHidesNoOther() {
        let good = #"{"kind": "set", "name": "full_backup_20260118_020000.sql.gz", "whole": null, "tables": null}"#
        let listing = BackupListing(
            [("db1", #"{"kind": "set", "tables": , "rows": null}"#), ("db2", good), ("db2", "[]")].map {
                ResultCollector.Row(host: $0, value: .string($1))
            })
        #expect(listing.sets.map { $0["host"]?.string } == ["db2"])
        #expect(listing.setTable.lines(style: Style(isColoured: false)).last?.hasSuffix("no manifest") == true)
        #expect(listing.unread.count == 2)
        #expect(listing.unread.first?.hasPrefix("db1: what it tells of a backup can't be read: {") == true)
    }
}
